// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

public class LeaseTest {

  private static final long TIMEOUT = 600_000_000L;
  private static final List<String> OTHERS = List.of("b", "c", "d", "e");
  private final Lease lease = new Lease(TIMEOUT);

  @Test
  void leaderOfFiveNeedsTwoOthersAndCountsFromWhenItAsked() {
    lease.sending(7, 0);
    lease.configure(7, OTHERS, 3);
    lease.answered("b", 1000, 3000, OTHERS, 3);
    assertThat(lease.isValid(7, 1001)).isFalse();
    lease.answered("c", 500, 3000, OTHERS, 3);
    assertThat(lease.isValid(7, 1001)).isTrue();
    assertThat(lease.isValid(6, 1001)).isFalse();
    assertThat(lease.isValid(7, 500 + TIMEOUT * 9 / 10)).isFalse();
  }

  @Test
  void learnersDoNotCount() {
    lease.sending(7, 0);
    lease.configure(7, List.of("b", "c"), 2);
    lease.answered("learner", 1000, 3000, List.of("b", "c"), 2);
    assertThat(lease.isValid(7, 1001)).isFalse();
  }

  @Test
  void afterATransferWasGivenUpOnlyLaterAnswersCount() {
    lease.sending(7, 0);
    lease.configure(7, OTHERS, 2);
    lease.answered("b", 1000, 3000, OTHERS, 2);
    lease.restart(2000);
    assertThat(lease.isValid(7, 2001)).isFalse();
    lease.answered("b", 1999, 3000, OTHERS, 2);
    assertThat(lease.isValid(7, 2001)).isFalse();
    lease.answered("b", 2001, 3000, OTHERS, 2);
    assertThat(lease.isValid(7, 2002)).isTrue();
  }

  @Test
  void answersOfAnEarlierTermAreForgotten() {
    lease.sending(7, 0);
    lease.configure(7, OTHERS, 2);
    lease.answered("b", 1000, 3000, OTHERS, 2);
    lease.configure(0, OTHERS, 2);
    lease.sending(9, 0);
    lease.configure(9, OTHERS, 2);
    assertThat(lease.isValid(9, 1001)).isFalse();
  }

  @Test
  void largerGroupNeedsMoreAnswersAtOnce() {
    lease.sending(7, 0);
    lease.configure(7, List.of(), 1);
    assertThat(lease.isValid(7, Long.MAX_VALUE)).isTrue();
    lease.sending(7, 0);
    lease.configure(7, List.of("b", "c"), 2);
    assertThat(lease.isValid(7, 1)).isFalse();
  }

  @Test
  void stampFromBeforeTheTermOrAfterNowDoesNotCount() {
    lease.sending(7, 1000);
    lease.configure(7, OTHERS, 2);
    lease.answered("b", 999, 3000, OTHERS, 2);
    assertThat(lease.isValid(7, 1001)).as("before the term").isFalse();
    lease.answered("b", 3001, 3000, OTHERS, 2);
    assertThat(lease.isValid(7, 1001)).as("after now").isFalse();
    lease.answered("b", 1000, 3000, OTHERS, 2);
    assertThat(lease.isValid(7, 1001)).isTrue();
  }

  @Test
  void stampDoesNotCountBeforeAnAppendOfTheTermWasSent() {
    lease.sending(7, 1000);
    lease.configure(9, OTHERS, 2);
    lease.answered("b", 1500, 3000, OTHERS, 2);
    assertThat(lease.isValid(9, 1501)).isFalse();
  }
}
