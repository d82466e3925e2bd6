// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Runs many seeds: {@code [count [first]]}; ends with status 1 if one failed. */
public final class AttributesSimulationRuns {

  private AttributesSimulationRuns() {}

  /** Switches off what the code under test logs, which tells of nothing but intended trouble. */
  static void silence() {
    ((Logger) LoggerFactory.getLogger("io.cairn.cluster.attributes")).setLevel(Level.OFF);
  }

  /** Runs what the arguments say. */
  @SuppressWarnings("SystemOut") // a command line tool
  public static void main(String[] arguments) {
    silence();
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
    long begin = System.nanoTime();
    int failed = 0;
    long operations = 0;
    long purged = 0;
    for (long seed = first; seed < first + count; seed++) {
      try {
        AttributesSimulation.Report report = AttributesSimulation.run(seed);
        operations += report.operations();
        purged += report.purged();
      } catch (AssertionError e) {
        failed++;
        String message = e.getMessage();
        System.out.println(message.substring(0, Math.min(400, message.length())));
      }
    }
    System.out.printf(
        "%d seeds from %d: %d failed; %d changes, %d tombstones forgotten, %.1f s%n",
        count, first, failed, operations, purged, (System.nanoTime() - begin) / 1e9);
    System.exit(failed == 0 ? 0 : 1);
  }
}
