// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.ReplicationTimer;
import io.cairn.cluster.log.DiskFileSystem;
import io.cairn.cluster.log.LogFileSystem;
import io.cairn.document.HybridClock;
import io.cairn.net.NetClock;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What attributes take from outside, so that a simulation can own all of it.
 *
 * @param clock gives the versions of changes
 * @param wall the time of day; only to tell when a version lies far ahead of it
 * @param nanoTime a ticker in nanoseconds that never goes back
 * @param timer runs what is due later, by the ticker
 * @param random chooses whom to compare with; used by one thread at a time
 * @param files where attributes are kept, if they are
 * @param background runs what waits for the disk; one task after another or several at once
 */
public record AttributesEnvironment(
    HybridClock clock,
    InstantSource wall,
    LongSupplier nanoTime,
    ReplicationTimer timer,
    RandomGenerator random,
    LogFileSystem files,
    Executor background) {

  /** Returns an environment on the real disk and time, whose timers are the given one's. */
  public static AttributesEnvironment real(HybridClock clock, ReplicationTimer timer) {
    return new AttributesEnvironment(
        clock,
        NetClock.timeOfDay(),
        NetClock::nanoTime,
        timer,
        new java.util.SplittableRandom(),
        new DiskFileSystem(),
        task -> Thread.ofVirtual().name("cairn-attributes").start(task));
  }
}
