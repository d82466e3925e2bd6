// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For many more seeds run {@link SimulationRuns}; CONTRIBUTING.md says how. */
class ReplicationSimulationTest {

  private static final int BLOCK = 25;
  private static final int SHOWN_LINES = 300;

  @BeforeAll
  static void silence() {
    SimulationRuns.silence();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 25, 50, 75, 100, 125})
  @SuppressWarnings("SystemOut") // the way to a defect is worth more than its name
  void invariantsHoldWhateverHappens(long first) {
    for (long seed = first; seed < first + BLOCK; seed++) {
      try {
        assertThat(Simulation.run(seed).events()).isPositive();
      } catch (Violation violation) {
        List<String> lines = violation.trace();
        lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
            .forEach(System.out::println);
        throw violation;
      }
    }
  }

  /** Each of these has shown a defect that is mended. */
  @ParameterizedTest
  @ValueSource(longs = {1556, 1565, 1663, 1671, 1781, 1988, 2260, 5609})
  void mendedDefectsStayMended(long seed) {
    assertThat(Simulation.run(seed).events()).isPositive();
  }

  @Test
  void sameSeedGivesSameEvents() {
    for (long seed = 1000; seed < 1005; seed++) {
      assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
    }
    assertThat(Simulation.trace(1000).lines()).isEqualTo(Simulation.trace(1000).lines());
    assertThat(Simulation.run(1000).hash()).isNotEqualTo(Simulation.run(1001).hash());
  }
}
