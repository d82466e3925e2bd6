// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpResponse;
import io.cairn.runtime.stateful.EntityTags;
import io.cairn.service.Operation;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The answers to plain GETs of documents that are read often: their headers are encoded once for
 * each version. A table of fixed size where a later answer displaces an earlier one. Thread-safe.
 */
final class HotAnswers {

  private static final int SIZE = 1024;

  /** Larger documents cost more than their headers do, and should not be held on to. */
  private static final int LARGEST = 16 << 10;

  private final AtomicReferenceArray<@Nullable Answer> answers = new AtomicReferenceArray<>(SIZE);

  private record Answer(DocumentVersion version, HttpResponse response) {}

  /** The answer with a version as it is stored, its entity tag included. */
  @SuppressWarnings("ReferenceEquality") // the very same version, and therefore the same bytes
  HttpResponse of(DocumentVersion version) {
    int hash = version.link().hashCode();
    int slot = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SIZE - 1);
    Answer known = answers.getAcquire(slot);
    if (known != null && known.version() == version) {
      return known.response();
    }
    HttpResponse response =
        HttpResponse.json(Operation.STATUS_CODE_OK, version.json())
            .with(Operation.ETAG_HEADER, EntityTags.of(version));
    if (version.json().length <= LARGEST) {
      answers.setRelease(slot, new Answer(version, response));
    }
    return response;
  }
}
