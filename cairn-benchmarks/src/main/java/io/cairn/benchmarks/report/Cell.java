// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one system made of one kind of work.
 *
 * @param hosts how many hosts it had
 * @param system its name
 * @param work the title of the work
 * @param clients how many clients, each with one request under way
 * @param rounds its turns
 * @param latency over all turns
 * @param calls system calls and fsyncs for one operation; negative if unknown
 */
public record Cell(
    int hosts,
    String system,
    String work,
    int clients,
    List<Round> rounds,
    Latency latency,
    Calls calls) {

  /** Times from sending a request to having its answer, in milliseconds. */
  public record Latency(double p50, double p90, double p99, double p999, double longest) {}

  /**
   * How often the kernel was asked for something, and for making data durable, for one operation.
   */
  public record Calls(double all, double syncs) {
    /** They could not be counted. */
    public static final Calls UNKNOWN = new Calls(-1, -1);
  }

  /** The spread of a figure over the turns. */
  public Spread spread(ToDoubleFunction<Round> figure) {
    return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  /** How many answers were no success. */
  public long failures() {
    return rounds.stream().mapToLong(Round::failures).sum();
  }
}
