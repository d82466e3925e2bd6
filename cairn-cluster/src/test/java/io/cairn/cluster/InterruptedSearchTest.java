// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that looks for another leader, and hears of the old one again before it finds any. */
@Timeout(120)
class InterruptedSearchTest {

  private final TestReplicaSet cluster = new TestReplicaSet(TestReplicaSet.options(), 3);

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.failures).isEmpty();
  }

  @Test
  void memberThatFoundItsLeaderAgainSearchesAnewWhenThatDies() {
    String leader = cluster.leader();
    String searching = cluster.others(leader).getFirst();
    String behind = cluster.others(leader).getLast();
    cluster.network.cut(leader, searching);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> cluster.groups.get(searching).leader() == null);
    cluster.network.heal();
    await()
        .during(Duration.ofSeconds(1)) // its question has timed out by then
        .atMost(Duration.ofSeconds(30))
        .until(() -> leader.equals(cluster.groups.get(searching).leader()));

    // Only the one that searched before can win now: the other lacks what was committed.
    cluster.network.cutOff(behind);
    cluster.proposeAll(leader, "a", 10);
    cluster.kill(leader);
    cluster.network.heal();

    assertThat(cluster.leaderAmong(List.of(searching, behind))).isEqualTo(searching);
    cluster.proposeAll(searching, "b", 10);
    cluster.awaitEqual(20);
  }
}
