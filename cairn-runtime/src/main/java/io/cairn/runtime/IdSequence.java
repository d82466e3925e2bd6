// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.HybridClock;

/**
 * Ids for documents whose creator did not name them: a hash of the node's name, then the time. The
 * clock never gives a time twice, so neither are ids; ids of one node sort by age. Thread-safe.
 */
final class IdSequence {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final String prefix;
  private final HybridClock clock;

  IdSequence(String nodeId, HybridClock clock) {
    this.prefix = Long.toHexString(fnv1a(nodeId));
    this.clock = clock;
  }

  String next() {
    return prefix + Long.toHexString(clock.now());
  }

  /** FNV-1a, 64 bit, as its authors (Fowler, Noll, Vo) define it. */
  private static long fnv1a(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
