// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * Runs many seeds: {@code --seeds=N --from=S}; {@code --trace=SEED} prints the events of one,
 * {@code --keep=1} goes on after a failure, {@code --log=1} lets the code under test log. Ends with
 * status 1 if a seed failed, after the first one unless it keeps going.
 */
public final class SimulationRuns {

  private SimulationRuns() {}

  /** Switches off what the code under test logs, which tells of nothing but intended trouble. */
  static void silence() {
    ((Logger) LoggerFactory.getLogger("io.microraft")).setLevel(Level.OFF);
    ((Logger) LoggerFactory.getLogger("io.cairn.cluster")).setLevel(Level.OFF);
  }

  /** Runs what the arguments say. */
  @SuppressWarnings("SystemOut") // a command line tool
  public static void main(String[] arguments) {
    Map<String, Long> given = new TreeMap<>(Map.of("seeds", 1000L, "from", 0L, "keep", 0L));
    for (String argument : arguments) {
      String[] parts = argument.substring(2).split("=", 2);
      given.put(parts[0], Long.parseLong(parts[1]));
    }
    if (!given.containsKey("log")) {
      silence();
    }
    if (given.containsKey("trace")) {
      trace(given.get("trace"));
      return;
    }
    System.exit(runAll(given.get("from"), given.get("seeds"), given.get("keep") != 0) ? 0 : 1);
  }

  @SuppressWarnings("SystemOut") // a command line tool
  private static void trace(long seed) {
    try {
      Simulation.trace(seed).lines().forEach(System.out::println);
      System.out.println(Simulation.run(seed));
    } catch (Violation known) {
      try {
        Simulation.run(seed);
      } catch (Violation traced) {
        report(traced, false);
      }
    }
  }

  private static boolean runAll(long from, long seeds, boolean keepGoing) {
    long begin = System.nanoTime();
    long virtual = 0;
    long events = 0;
    int failed = 0;
    Map<String, Integer> counts = new TreeMap<>();
    for (long seed = from; seed < from + seeds; seed++) {
      try {
        Simulation.Report report = Simulation.run(seed);
        virtual += report.virtualNanos();
        events += report.events();
        report.counts().forEach((what, n) -> counts.merge(what, n, Integer::sum));
      } catch (Violation violation) {
        failed++;
        report(violation, keepGoing);
        if (!keepGoing) {
          return false;
        }
      }
    }
    System.out.printf(
        "%d seeds from %d: %d failed; %d events, %.0f virtual seconds in %.1f s%n",
        seeds, from, failed, events, virtual / 1e9, (System.nanoTime() - begin) / 1e9);
    counts.forEach((what, n) -> System.out.printf("  %-45s %d%n", what, n));
    return failed == 0;
  }

  private static void report(Violation violation, boolean brief) {
    System.out.println(violation.getMessage());
    if (brief) {
      return;
    }
    violation.trace().forEach(System.out::println);
    violation.printStackTrace(System.out);
  }
}
