// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Faults, one after the other, each with a time of its own and a time of peace before it.
 *
 * @param seed what it was made from
 * @param faults in order
 */
public record FaultSchedule(long seed, List<Timed> faults) {

  /** A kind of fault to choose from. */
  public enum Kind {
    KILL,
    KILL_ALL,
    PAUSE,
    RESTART,
    MINORITY_CUT_OFF,
    ONE_CUT_OFF,
    ONE_WAY,
    CLOCK_STEP,
    FULL_DISK,
    DAMAGED_FILE,
    ROLLED_BACK_DISK
  }

  /**
   * A fault and its times.
   *
   * @param peace how long nothing happens before it
   * @param fault what happens
   * @param length how long it lasts
   */
  public record Timed(Duration peace, Fault fault, Duration length) {}

  private static final int PEACE_MILLIS = 1_500;
  private static final int LENGTH_MILLIS = 2_500;

  /** A clock steps by up to a day. */
  private static final int MOST_SECONDS = 86_400;

  /**
   * Makes a schedule; the same from the same arguments.
   *
   * @param nodes how many nodes there are
   * @param count how many faults happen
   * @param kinds which kinds are chosen from
   */
  public static FaultSchedule of(long seed, int nodes, int count, List<Kind> kinds) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Timed> faults = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = kinds.get(random.nextInt(kinds.size()));
      faults.add(
          new Timed(
              Duration.ofMillis(PEACE_MILLIS / 2 + random.nextInt(PEACE_MILLIS)),
              fault(kind, nodes, random),
              Duration.ofMillis(LENGTH_MILLIS / 2 + random.nextInt(LENGTH_MILLIS))));
    }
    return new FaultSchedule(seed, List.copyOf(faults));
  }

  private static Fault fault(Kind kind, int nodes, SplittableRandom random) {
    int node = random.nextInt(nodes);
    return switch (kind) {
      case KILL -> new Fault.Kill(node);
      case KILL_ALL -> new Fault.KillAll();
      case PAUSE -> new Fault.Pause(node);
      case RESTART -> new Fault.Restart(node);
      case ONE_CUT_OFF -> new Fault.Partition(Set.of(node));
      case MINORITY_CUT_OFF -> new Fault.Partition(minority(nodes, random));
      case CLOCK_STEP -> new Fault.ClockStep(node, random.nextInt(-MOST_SECONDS, MOST_SECONDS + 1));
      case FULL_DISK -> new Fault.FullDisk(node);
      case DAMAGED_FILE -> new Fault.DamagedFile(node);
      case ROLLED_BACK_DISK -> new Fault.RolledBackDisk(node);
      case ONE_WAY -> new Fault.OneWay(node, (node + 1 + random.nextInt(nodes - 1)) % nodes);
    };
  }

  private static Set<Integer> minority(int nodes, SplittableRandom random) {
    Set<Integer> side = new TreeSet<>();
    while (side.size() < (nodes - 1) / 2) {
      side.add(random.nextInt(nodes));
    }
    return side;
  }
}
