// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * Runs many seeds: {@code --seeds=N --from=S}. {@code --trace=SEED} prints what happens in one,
 * {@code --keep=1} goes on after a failure, {@code --log=1} lets the code under test log. Ends with
 * status 1 if a seed failed.
 */
public final class MembershipRuns {

  private static final int PROGRESS = 1000;

  private MembershipRuns() {}

  /** Runs what the arguments say. */
  @SuppressWarnings("SystemOut") // a command line tool
  public static void main(String[] arguments) {
    Map<String, Long> given =
        new TreeMap<>(Map.of("seeds", 1000L, "from", 0L, "keep", 0L, "log", 0L));
    for (String argument : arguments) {
      String[] parts = argument.substring(2).split("=", 2);
      given.put(parts[0], Long.parseLong(parts[1]));
    }
    if (given.get("log") == 0) {
      ((Logger) LoggerFactory.getLogger("io.cairn.cluster.membership")).setLevel(Level.OFF);
    }
    Long traced = given.get("trace");
    if (traced != null) {
      MembershipSimulation.run(traced).forEach(System.out::println);
      return;
    }
    long failed = 0;
    long end = given.get("from") + given.get("seeds");
    for (long seed = given.get("from"); seed < end; seed++) {
      try {
        MembershipSimulation.run(seed);
      } catch (MembershipSimulation.Violation violation) {
        failed++;
        System.out.println(violation.getMessage());
      }
      boolean over = failed > 0 && given.get("keep") == 0;
      if (over || (seed + 1) % PROGRESS == 0 || seed + 1 == end) {
        System.out.printf("seeds up to %d: %d failed%n", seed, failed);
      }
      if (over) {
        break;
      }
    }
    System.exit(failed == 0 ? 0 : 1);
  }
}
