// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts what processes use while something is done, from when it is opened. Not thread-safe. */
public final class Meter implements AutoCloseable {

  private final List<Long> pids;
  private final List<Integer> ports;
  private final @Nullable SystemCalls calls;
  private final Optional<Traffic> traffic;
  private final ProcessUsage usage;

  private Meter(List<Long> pids, List<Integer> ports, @Nullable SystemCalls calls)
      throws IOException {
    this.pids = pids;
    this.ports = ports;
    this.calls = calls;
    this.traffic = Traffic.of(ports);
    this.usage = ProcessUsage.of(pids);
  }

  /**
   * What was used.
   *
   * @param usage of processor, by threads
   * @param calls system calls, where they can be counted
   * @param sent over TCP, where that can be counted
   */
  public record Counts(
      ProcessUsage usage, Optional<SystemCalls.Counted> calls, Optional<Traffic.Sent> sent) {}

  /**
   * Begins to count.
   *
   * @param pids the processes
   * @param ports where they listen
   * @param systemCalls whether to count these, too, which costs a little at each
   */
  public static Meter open(Collection<Long> pids, Collection<Integer> ports, boolean systemCalls)
      throws IOException {
    return new Meter(
        List.copyOf(pids),
        List.copyOf(ports),
        systemCalls ? SystemCalls.open(pids).orElse(null) : null);
  }

  /** Reads what was used so far, and ends the counting of system calls. */
  public Counts read() throws IOException {
    ProcessUsage used = ProcessUsage.of(pids).since(usage);
    Optional<SystemCalls.Counted> counted = calls == null ? Optional.empty() : calls.counted();
    Optional<Traffic> now = Traffic.of(ports);
    return new Counts(
        used, counted, traffic.flatMap(before -> now.map(after -> after.since(before))));
  }

  @Override
  public void close() throws IOException {
    if (calls != null) {
      calls.close();
    }
  }
}
