// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.ReplicationOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** How long, in virtual time, groups have no leader after the node that led them was killed. */
class FailoverTest {

  private static final long LIMIT = 60 * VirtualTime.SECONDS;
  private static final int KILLS = 20;

  /** Kills whoever leads most, again and again; returns how long each group was without a leader. */
  private static List<Long> failovers(long seed, long delayNanos, long diskNanos) {
    World world =
        new World(
            new Scenario(
                seed,
                3,
                9,
                0,
                0,
                new EnumMap<>(Scenario.Action.class),
                0,
                0,
                0,
                0,
                delayNanos,
                diskNanos,
                ReplicationOptions.defaults()
                    .withSegments(64 * 1024, 16 * 1024)
                    .withSnapshots(100, 1 << 20)),
            false);
    SimulationRuns.silence();
    world.operator().begin();
    List<String> groups =
        world.scenario().groupIds().stream()
            .filter(
                group ->
                    world.scenario().nodeIds().stream()
                        .allMatch(id -> world.node(id).replicas().containsKey(group)))
            .toList();
    world.calmDown();
    List<Long> millis = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      until(world, () -> groups.stream().allMatch(group -> world.operator().leader(group) != null));
      long settled = world.time().now() + 3 * VirtualTime.SECONDS + kill * 37L * VirtualTime.MILLIS;
      while (world.time().step(settled)) {
        world.verdict().confirm();
      }
      SimulatedProcess victim = world.operator().leader(groups.get(kill % groups.size()));
      if (victim == null) {
        continue;
      }
      List<String> led =
          groups.stream().filter(group -> world.operator().leader(group) == victim).toList();
      long killed = world.time().now();
      for (String group : led) {
        world.clients(group).propose();
      }
      victim.node().crash(false);
      for (String group : led) {
        until(
            world,
            () -> {
              SimulatedProcess next = world.operator().leader(group);
              return next != null && next != victim;
            });
        millis.add((world.time().now() - killed) / VirtualTime.MILLIS);
      }
    }
    return millis;
  }

  private static void until(World world, BooleanSupplier condition) {
    long end = world.time().now() + LIMIT;
    while (!condition.getAsBoolean()) {
      assertThat(world.time().step(end)).as("within a virtual minute").isTrue();
      world.verdict().confirm();
    }
  }

  /**
   * A leader is taken for dead 600 ms after its last heartbeat, which may come just before it dies;
   * what is left is for the election, in which frames and disk are waited for some ten times.
   */
  @Test
  void firstAttemptToFollowADeadLeaderSucceedsOnABusyMachine() {
    List<Long> millis = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      millis.addAll(failovers(seed, 10 * VirtualTime.MILLIS, 10 * VirtualTime.MILLIS));
    }
    assertThat(millis).hasSizeGreaterThan(60).allMatch(took -> took <= 800);
  }

  /** Elections take longer there than members wait for each other. */
  @Test
  void membersDoNotTakeVotesFromEachOtherWhenElectionsAreSlow() {
    List<Long> millis = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      millis.addAll(failovers(seed, 30 * VirtualTime.MILLIS, 20 * VirtualTime.MILLIS));
    }
    assertThat(millis).hasSizeGreaterThan(40).allMatch(took -> took <= 1_000);
  }
}
