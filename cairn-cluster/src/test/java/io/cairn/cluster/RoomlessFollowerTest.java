// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A follower whose disk is full is a member in all but keeping commands. */
class RoomlessFollowerTest {

  private final TestReplicaSet cluster =
      new TestReplicaSet(
          TestReplicaSet.options().with(it -> it.snapshotEntries(10_000).snapshotBytes(1 << 20)),
          3);

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.failures).isEmpty();
  }

  @Test
  void fullFollowerKeepsNoCommandsVotesForWhoHasThemAndCatchesUpWhenThereIsRoom() {
    String leader = cluster.leader();
    String full = cluster.others(leader).getFirst();
    String other = cluster.others(leader).getLast();
    cluster.proposeAll(leader, "before-", 5);
    cluster.awaitEqual(5);

    cluster.roomless.add(full);
    cluster.proposeAll(leader, "meanwhile-", 200);
    long kept = cluster.groups.get(full).lastApplied();
    assertThat(cluster.stores.get(full).count()).isEqualTo(5);
    assertThat(cluster.groups.get(full).leader()).isEqualTo(leader);

    // Its vote is needed, and it lacks too much to lead itself.
    cluster.kill(leader);
    await().until(() -> cluster.groups.get(other).isLeader());
    assertThat(cluster.groups.get(full).lastApplied()).isEqualTo(kept);

    cluster.roomless.clear();
    assertThat(cluster.leaderAmong(cluster.others(""))).isEqualTo(other);
    cluster.proposeAll(other, "after-", 5);
    cluster.awaitEqual(210);
  }
}
