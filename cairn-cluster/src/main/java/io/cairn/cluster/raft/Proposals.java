// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicationOptions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what is in flight in a group. Safe for all threads. */
final class Proposals {

  private final int maxCount;
  private final long maxBytes;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Proposals(ReplicationOptions options) {
    this.maxCount = options.maxInFlight();
    this.maxBytes = options.maxInFlightBytes();
  }

  boolean admit(int size) {
    if (count.incrementAndGet() <= maxCount) {
      if (bytes.addAndGet(size) <= maxBytes) {
        return true;
      }
      bytes.addAndGet(-size);
    }
    count.decrementAndGet();
    return false;
  }

  void settled(int size) {
    count.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
