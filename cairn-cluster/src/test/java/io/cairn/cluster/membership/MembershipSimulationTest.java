// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link MembershipRuns} runs as many seeds as one likes. */
class MembershipSimulationTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17})
  void theLawsHoldWhateverHappens(long seed) {
    assertThat(MembershipSimulation.run(seed)).isNotEmpty();
  }

  @Test
  void aSeedIsAlwaysTheSameRun() {
    List<String> first = MembershipSimulation.run(5);

    assertThat(MembershipSimulation.run(5)).isEqualTo(first);
  }
}
