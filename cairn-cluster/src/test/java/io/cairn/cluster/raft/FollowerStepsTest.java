// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FollowerStepsTest {

  private final FollowerSteps steps = new FollowerSteps();

  @Test
  void whatLiesBehindTheEndOfTheFollowersLogIsRefusedForIt() {
    steps.refused("other", 100, 40, 30);
    assertThat(steps.wouldRefuse("other", 41)).isTrue();
    assertThat(steps.wouldRefuse("other", 40)).isFalse();
  }

  @Test
  void lateRefusalDoesNotHideWhatTheFollowerHasToldSince() {
    steps.refused("other", 160, 125, 153);
    assertThat(steps.wouldRefuse("other", 153)).isFalse();
  }

  @Test
  void matchEndsTheSearch() {
    steps.refused("other", 100, 40, 30);
    steps.matched("other");
    assertThat(steps.wouldRefuse("other", 99)).isFalse();
  }
}
