// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link Silence} asks for, of two voters, which both are needed: a leader that does not count
 * itself for its last entry commits nothing. The moments at which that could be are rare, so it
 * falls silent often.
 */
class SilenceTest {

  private static final int TIMES = 10_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatWasAppendedIsCommittedWithoutAFurtherWrite(long seed) {
    SimulationRuns.silence();
    Scenario scenario =
        Scenario.calm(
            seed, 2, 1, 200 * VirtualTime.MICROS, 3 * VirtualTime.MILLIS, /* snapshotBytes */ 1024);
    World world = new World(scenario, false);
    world.operator().begin();
    world.calmDown();
    world.runUntil(5 * VirtualTime.SECONDS);
    Silence silence = new Silence(world, seed);
    for (int i = 0; i < TIMES; i++) {
      silence.fall(i % 5 == 0 ? 0.2 : 0);
    }
    assertThat(world.ledger("g1").acknowledgedInCalm()).isGreaterThan(TIMES);
    assertThat(world.counts().get("snapshots")).isGreaterThan(TIMES / 10);
  }
}
