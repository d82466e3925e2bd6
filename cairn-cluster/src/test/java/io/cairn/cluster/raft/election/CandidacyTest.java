// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

public final class CandidacyTest {

  private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(150);

  @Test
  void looksAtTheBeatWhileTheLeaderMayLive() {
    assertThat(Candidacy.untilLook(BEAT, BEAT + 1, 0)).isEqualTo(BEAT);
  }

  @Test
  void nobodyBeginsBeforeTheTimeoutHasPassed() {
    for (int rank = 0; rank < 7; rank++) {
      assertThat(Candidacy.untilLook(BEAT, BEAT, rank)).isGreaterThan(BEAT);
      assertThat(Candidacy.untilLook(BEAT, 1, rank)).isGreaterThan(1);
    }
  }

  @Test
  void membersBeginOneAfterTheOther() {
    long first = Candidacy.untilLook(BEAT, BEAT / 2, 0);
    assertThat(Candidacy.untilLook(BEAT, BEAT / 2, 1))
        .isGreaterThan(first)
        .isLessThan(Candidacy.untilLook(BEAT, BEAT / 2, 2));
  }

  @Test
  void noLookIsPutOffForLong() {
    assertThat(Candidacy.untilLook(BEAT, -1, 1000))
        .isLessThan(BEAT + TimeUnit.MILLISECONDS.toNanos(300));
  }
}
