// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.runtime.documents.OwnerHistory.Change;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What looks at a partition tell of its owner, whenever they come. */
class OwnerHistoryTest {

  private static final String SELF = "self";
  private static final String OTHER = "other";
  private static final long NOT_HERE = Documents.NOT_HERE;
  private static final Change NOTHING = new Change(false, false, false);
  private static final Change ENDED = new Change(true, false, false);
  private static final Change GAINED = new Change(false, true, false);
  private static final Change TAKEN_OVER = new Change(false, true, true);

  private final OwnerHistory history = new OwnerHistory(SELF);

  private Change look(long tenure, @Nullable String leader) {
    return history.look(new PartitionId("default", "uid", "default", 0, 0), tenure, leader);
  }

  @Test
  void partitionOfAnotherNodeIsTakenOverOnce() {
    assertThat(look(NOT_HERE, OTHER)).isEqualTo(NOTHING);
    assertThat(look(NOT_HERE, null)).isEqualTo(NOTHING);
    assertThat(look(2, SELF)).isEqualTo(TAKEN_OVER);
    assertThat(look(2, SELF)).isEqualTo(NOTHING);
  }

  @Test
  void lookBetweenTheElectionAndTheFirstAnswerHidesNoTakeover() {
    look(NOT_HERE, OTHER);
    assertThat(look(NOT_HERE, SELF)).isEqualTo(NOTHING);
    assertThat(look(2, SELF)).isEqualTo(TAKEN_OVER);
  }

  @Test
  void electedNodeThatNeverOwnedIsNotTheOneTakenOverFrom() {
    look(1, SELF);
    assertThat(look(NOT_HERE, OTHER)).isEqualTo(ENDED);
    assertThat(look(NOT_HERE, SELF)).isEqualTo(NOTHING);
    assertThat(look(NOT_HERE, OTHER)).isEqualTo(NOTHING);
    assertThat(look(5, SELF)).isEqualTo(TAKEN_OVER);
  }

  /** A node that cannot prove its lease does not know whether there is another owner already. */
  @Test
  void lossIsFollowedByATakeoverAlthoughNobodyElseOwnedMeanwhile() {
    assertThat(look(NOT_HERE, SELF)).isEqualTo(NOTHING);
    assertThat(look(1, SELF)).isEqualTo(GAINED);
    assertThat(look(NOT_HERE, null)).isEqualTo(ENDED);
    assertThat(look(NOT_HERE, SELF)).isEqualTo(NOTHING);
    assertThat(look(1, SELF)).isEqualTo(TAKEN_OVER);
    assertThat(look(1, SELF)).isEqualTo(NOTHING);
    assertThat(look(2, SELF)).isEqualTo(new Change(true, true, true));
  }
}
