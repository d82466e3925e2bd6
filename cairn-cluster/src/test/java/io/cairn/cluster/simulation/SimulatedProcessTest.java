// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedProcessTest {

  private final World world = new World(Scenario.of(1), false);
  private final SimulatedNode node = world.node("n1");
  private final List<String> ran = new ArrayList<>();

  @BeforeEach
  void begin() {
    SimulationRuns.silence();
    world.operator().begin();
  }

  @Test
  void tasksKeepTheirOrderWhenTheProcessStandsStillAgain() {
    node.pause(100 * VirtualTime.MILLIS);
    node.process().run(() -> ran.add("remove"));
    node.pause(200 * VirtualTime.MILLIS);
    node.process().run(() -> ran.add("start"));
    runFor(150 * VirtualTime.MILLIS);
    assertThat(ran).isEmpty();
    runFor(150 * VirtualTime.MILLIS);
    assertThat(ran).containsExactly("remove", "start");
  }

  @Test
  void nothingRunsInAProcessThatHasDied() {
    node.pause(100 * VirtualTime.MILLIS);
    SimulatedProcess process = node.process();
    process.run(() -> ran.add("late"));
    node.crash(true);
    process.run(() -> ran.add("later"));
    runFor(VirtualTime.SECONDS);
    assertThat(ran).isEmpty();
  }

  private void runFor(long nanos) {
    long end = world.time().now() + nanos;
    while (world.time().step(end)) {
      world.verdict().confirm();
    }
  }
}
