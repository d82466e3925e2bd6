// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicationOptions;
import java.util.EnumMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leaders that are lost before they could commit anything, while the log is full of proposals. */
class FullLogTest {

  private static final int MAX_IN_FLIGHT = 16;
  private static final int DEAF_LEADERS = 30;
  private static final long LIMIT = 40 * VirtualTime.SECONDS;

  private final World world =
      new World(
          new Scenario(
              1,
              3,
              1,
              0,
              0,
              new EnumMap<>(Scenario.Action.class),
              0,
              0,
              0,
              0,
              VirtualTime.MILLIS,
              VirtualTime.MILLIS,
              ReplicationOptions.defaults()
                  .with(
                      it ->
                          it.segmentBytes(64 * 1024)
                              .maxCommandBytes(16 * 1024)
                              .snapshotEntries(10)
                              .snapshotBytes(1 << 20)
                              .maxInFlight(MAX_IN_FLIGHT)
                              .maxInFlightBytes(1 << 20))),
          false);
  private final String group = world.scenario().groupIds().getFirst();

  @BeforeEach
  void begin() {
    SimulationRuns.silence();
    world.operator().begin();
    assertThat(world.nodes()).allMatch(node -> node.replicas().containsKey(group));
  }

  @Test
  void groupWhoseLogIsFullElectsALeaderThatGoesOn() {
    until(() -> world.operator().leader(group) != null);
    long before = world.ledger(group).commands();
    long term = 0;
    for (int i = 0; i < DEAF_LEADERS; i++) {
      term = fillBehindADeafLeader(term);
    }
    assertThat(world.ledger(group).commands()).isEqualTo(before);
    world.calmDown();
    until(() -> world.operator().leader(group) != null);
    world.clients(group).burst();
    until(() -> world.ledger(group).acknowledgedInCalm() > 0);
  }

  /** The leader of a later term sends what it takes, but no answer reaches it until it is lost. */
  private long fillBehindADeafLeader(long earlier) {
    until(() -> leaderSince(earlier) != null);
    SimulatedProcess leader = leaderSince(earlier);
    world.network().healAll();
    world.nodes().forEach(other -> world.network().cut(other, leader.node()));
    world.clients(group).burst();
    return leader.group(group).term();
  }

  private SimulatedProcess leaderSince(long term) {
    for (SimulatedNode node : world.nodes()) {
      ReplicaSet replica = node.process() == null ? null : node.process().group(group);
      if (replica != null && replica.isLeader() && replica.term() > term) {
        return node.process();
      }
    }
    return null;
  }

  private void until(BooleanSupplier condition) {
    long end = world.time().now() + LIMIT;
    while (!condition.getAsBoolean()) {
      assertThat(world.time().step(end)).as("within 40 virtual seconds").isTrue();
      world.verdict().confirm();
    }
  }
}
