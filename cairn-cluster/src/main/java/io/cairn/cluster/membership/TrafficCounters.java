// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.util.concurrent.atomic.LongAdder;

/** Counts what became of messages and events. */
final class TrafficCounters {

  final LongAdder sent = new LongAdder();
  final LongAdder sentBytes = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder overflowed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder lostEvents = new LongAdder();

  MembershipTraffic snapshot() {
    return new MembershipTraffic(
        sent.sum(),
        sentBytes.sum(),
        received.sum(),
        malformed.sum(),
        overflowed.sum() + failed.sum(),
        lostEvents.sum());
  }
}
