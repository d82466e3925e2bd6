// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpRequest;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The URIs of targets that were asked for lately: parsing one takes a microsecond, and the same few
 * are asked for again and again. A table of fixed size where a later target displaces an earlier
 * one. Thread-safe.
 */
final class RecentTargets {

  private static final int SIZE = 1024;

  /** Longer ones are seldom asked for twice, and should not be held on to. */
  private static final int LONGEST = 256;

  private final AtomicReferenceArray<@Nullable Target> targets = new AtomicReferenceArray<>(SIZE);

  private record Target(String path, URI uri) {}

  /** The URI of a request without a query, if it is known. */
  @Nullable URI find(HttpRequest request) {
    Target known = request.query() == null ? targets.getAcquire(slot(request.path())) : null;
    return known != null && known.path().equals(request.path()) ? known.uri() : null;
  }

  /** Keeps the URI of a request; null is none. */
  void note(HttpRequest request, @Nullable URI uri) {
    String path = request.path();
    if (uri != null && request.query() == null && path.length() <= LONGEST) {
      targets.setRelease(slot(path), new Target(path, uri));
    }
  }

  private static int slot(String path) {
    int hash = path.hashCode();
    return (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SIZE - 1);
  }
}
