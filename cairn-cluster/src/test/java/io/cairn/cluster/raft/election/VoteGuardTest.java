// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

public class VoteGuardTest {

  @Test
  void restartedNodeIsQuietUntilItsPromisesHaveEnded() {
    VoteGuard guard = new VoteGuard(true, 100);
    assertThat(guard.isQuiet(99)).isTrue();
    assertThat(guard.isQuiet(100)).isFalse();
    assertThat(new VoteGuard(false, 100).isQuiet(0)).isFalse();
  }

  @Test
  void transferThatWasGivenUpFindsNoVotesAmongThoseWhoHeardOfIt() {
    VoteGuard guard = new VoteGuard(false, 0);
    guard.appended(5, 0);
    assertThat(guard.mayFollow(5, 0)).isTrue();
    guard.appended(5, 1);
    assertThat(guard.mayFollow(5, 0)).isFalse();
    assertThat(guard.mayFollow(5, 1)).isTrue();
    assertThat(guard.mayFollow(4, 9)).isFalse();
    assertThat(guard.mayFollow(6, 0)).isTrue();
  }
}
