// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For many more seeds run {@link AttributesSimulationRuns}. A failure names its seed. */
class AttributesSimulationTest {

  private static final int BLOCK = 50;

  @BeforeAll
  static void silence() {
    AttributesSimulationRuns.silence();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 100, 150, 200, 250})
  void allNodesEndEqualWhateverHappens(long first) {
    long operations = 0;
    for (long seed = first; seed < first + BLOCK; seed++) {
      operations += AttributesSimulation.run(seed).operations();
    }
    assertThat(operations).isGreaterThan(BLOCK);
  }

  @Test
  void sameSeedGivesSameRun() {
    for (long seed = 1000; seed < 1003; seed++) {
      assertThat(AttributesSimulation.run(seed)).isEqualTo(AttributesSimulation.run(seed));
    }
    assertThat(AttributesSimulation.run(1000)).isNotEqualTo(AttributesSimulation.run(1001));
  }
}
