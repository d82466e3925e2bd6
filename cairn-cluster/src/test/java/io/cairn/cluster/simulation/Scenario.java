// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.ReplicationOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What one seed tries: how large, how hostile. Power failures, cut and slow links, changes of
 * members and snapshots come in all seeds; of other kinds of trouble each seed leaves some out, so
 * that the others meet in more combinations.
 *
 * @param seed where all chance comes from
 * @param nodes how many there are
 * @param groups how many groups they share
 * @param chaosNanos how long trouble lasts
 * @param meanActionNanos mean time between two actions
 * @param weights how often each action is taken
 * @param maxSkew how much faster or slower than true time a clock may run, as a fraction
 * @param loss share of frames lost
 * @param duplication share of frames that arrive twice
 * @param lateness share of frames that may come seconds late
 * @param maxDelayNanos the longest ordinary delay of a frame
 * @param diskNanos the longest ordinary time of an fsync
 * @param options how the nodes replicate
 */
record Scenario(
    long seed,
    int nodes,
    int groups,
    long chaosNanos,
    long meanActionNanos,
    Map<Action, Integer> weights,
    double maxSkew,
    double loss,
    double duplication,
    double lateness,
    long maxDelayNanos,
    long diskNanos,
    ReplicationOptions options) {

  /** The rate at which clocks may differ from true time in each direction. */
  static final double SKEW_MARGIN = 0.05;

  /** What may be done, and how often in a scenario that has it at all. */
  enum Action {
    PROPOSE(280, false),
    BURST(4, true),
    READ_LEADER(90, false),
    READ_FOLLOWER(60, false),
    CRASH(8, false),
    CRASH_ALL(1, true),
    CRASH_IN_DISK_USE(6, true),
    PAUSE(8, true),
    SKEW(10, true),
    CUT(10, false),
    HEAL(20, false),
    HOLD(6, false),
    ADD(10, false),
    PROMOTE(14, false),
    REMOVE(7, false),
    TRANSFER(10, true),
    DISK_FAILURE(3, true),
    COMMIT_STORE(16, false),
    SLOW_DISK(4, true);

    final int weight;
    final boolean optional;

    Action(int weight, boolean optional) {
      this.weight = weight;
      this.optional = optional;
    }
  }

  static Scenario of(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    Map<Action, Integer> weights = new EnumMap<>(Action.class);
    int left = random.nextInt(4);
    for (Action action : Action.values()) {
      boolean taken = !action.optional || random.nextInt(4) >= left;
      int emphasis = random.nextInt(8) == 0 ? 4 : 1;
      weights.put(action, taken ? action.weight * (action.optional ? emphasis : 1) : 0);
    }
    return new Scenario(
        seed,
        3 + random.nextInt(3),
        1 + random.nextInt(3),
        VirtualTime.SECONDS * (8 + random.nextInt(11)),
        VirtualTime.MILLIS * (8 + random.nextInt(20)),
        weights,
        random.nextBoolean() ? 0 : SKEW_MARGIN,
        random.nextBoolean() ? 0 : random.nextDouble() * 0.1,
        random.nextBoolean() ? 0 : random.nextDouble() * 0.05,
        0.002 + (random.nextBoolean() ? 0 : random.nextDouble() * 0.03),
        VirtualTime.MILLIS * (1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 10)),
        VirtualTime.MICROS * (50 + random.nextInt(random.nextInt(4) == 0 ? 80_000 : 3000)),
        options(random));
  }

  /** One in which nothing happens by itself, and no link is bad. */
  static Scenario calm(
      long seed, int nodes, int groups, long delayNanos, long diskNanos, int snapshotBytes) {
    ReplicationOptions options =
        ReplicationOptions.defaults()
            .with(
                it ->
                    it.segmentBytes(64 * 1024)
                        .maxCommandBytes(16 * 1024)
                        .snapshotEntries(100)
                        .snapshotBytes(snapshotBytes));
    return new Scenario(
        seed,
        nodes,
        groups,
        0,
        0,
        new EnumMap<>(Action.class),
        0,
        0,
        0,
        0,
        delayNanos,
        diskNanos,
        options);
  }

  private static ReplicationOptions options(Random random) {
    return ReplicationOptions.defaults()
        .with(
            it ->
                it.segmentBytes(64 * 1024)
                    .maxCommandBytes(16 * 1024)
                    .snapshotEntries(10 + random.nextInt(random.nextBoolean() ? 10 : 50))
                    .snapshotBytes(1 << (10 + random.nextInt(11)))
                    .maxInFlight(16 + random.nextInt(64))
                    .maxInFlightBytes(1 << 18))
        .withReadTimeoutMillis(1000);
  }

  List<String> nodeIds() {
    return numbered("n", nodes);
  }

  List<String> groupIds() {
    return numbered("g", groups);
  }

  private static List<String> numbered(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add(prefix + i);
    }
    return names;
  }
}
