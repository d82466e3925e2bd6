// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answers to plain GETs of documents that are read often: their headers are encoded once for
 * each version. A table of fixed size where a later answer displaces an earlier one. Thread-safe.
 *
 * @param <T> an answer as it is sent
 */
public final class HotAnswers<T> {

  private static final int SIZE = 1024;

  /** Larger documents cost more than their headers do, and should not be held on to. */
  private static final int LARGEST = 16 << 10;

  private final AtomicReferenceArray<@Nullable Answer<T>> answers =
      new AtomicReferenceArray<>(SIZE);
  private final Function<DocumentVersion, T> encoder;

  private record Answer<T>(DocumentVersion version, T encoded) {}

  /**
   * Remembers answers.
   *
   * @param encoder makes the answer with a version as it is stored, its entity tag included
   */
  public HotAnswers(Function<DocumentVersion, T> encoder) {
    this.encoder = encoder;
  }

  /** The answer with a version. */
  @SuppressWarnings("ReferenceEquality") // the very same version, and therefore the same bytes
  public T of(DocumentVersion version) {
    int hash = version.link().hashCode();
    int slot = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SIZE - 1);
    Answer<T> known = answers.getAcquire(slot);
    if (known != null && known.version() == version) {
      return known.encoded();
    }
    T encoded = encoder.apply(version);
    if (version.json().length <= LARGEST) {
      answers.setRelease(slot, new Answer<>(version, encoded));
    }
    return encoded;
  }
}
