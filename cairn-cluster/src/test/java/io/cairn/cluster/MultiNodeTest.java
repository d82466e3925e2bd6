// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MultiNodeTest {

  private TestReplicaSet cluster =
      new TestReplicaSet(
          TestReplicaSet.options().with(it -> it.snapshotEntries(100).snapshotBytes(1 << 20)), 3);

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.failures).isEmpty();
  }

  @Test
  void everyMemberAppliesWhatTheLeaderAcknowledged() {
    String leader = cluster.leader();
    cluster.proposeAll(leader, "c", 500);
    cluster.awaitEqual(500);
  }

  @Test
  void fiveMembersGoOnWithoutTwo() {
    cluster.close();
    cluster = new TestReplicaSet(TestReplicaSet.options(), 5);
    String first = cluster.leader();
    cluster.proposeAll(first, "a", 50);
    cluster.kill(first);
    String second = cluster.leader();
    cluster.proposeAll(second, "b", 50);
    cluster.kill(second);
    cluster.proposeAll(cluster.leader(), "c", 50);
    cluster.awaitEqual(150);
  }

  @Test
  void anotherLeadsWhenTheLeaderIsCutOffAndTheOldOneForgetsWhatItHadAlone() {
    String old = cluster.leader();
    cluster.proposeAll(old, "a", 100);
    cluster.awaitEqual(100);
    cluster.network.cutOff(old);
    CompletableFuture<Applied> lost =
        cluster.groups.get(old).propose("never".getBytes(UTF_8), null);
    List<String> others = cluster.others(old);
    String leader = cluster.leaderAmong(others);
    cluster.proposeAll(leader, "b", 50);
    cluster.network.heal();
    assertThatThrownBy(() -> lost.orTimeout(30, TimeUnit.SECONDS).join())
        .hasCauseInstanceOf(OutcomeUnknownException.class);
    cluster.awaitEqual(150);
  }

  @Test
  void leaderThatIsCutOffIsSureOfItsLeadershipNoLongerThanOthersAre() {
    String old = cluster.leader();
    ReplicaSet group = cluster.groups.get(old);
    cluster.network.cutOff(old);
    List<String> others = cluster.others(old);
    // Watched closely: at no time may two believe.
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofNanos(100_000))
        .until(
            () -> {
              boolean another =
                  others.stream().anyMatch(name -> cluster.groups.get(name).leadership() != null);
              boolean self = group.leadership() != null;
              assertThat(another && self).isFalse();
              return another;
            });
    assertThat(group.leadership()).isNull();
    assertThat(group.isStopped()).isFalse();
  }

  @Test
  void oldLeaderCatchesUpWhoseSnapshotEndsWhereItsOwnEntriesBegin() {
    cluster.close();
    cluster =
        new TestReplicaSet(
            TestReplicaSet.options().with(it -> it.snapshotEntries(10).snapshotBytes(1 << 20)), 3);
    String old = cluster.leader();
    long last = cluster.propose(old, "first").index();
    int count = 1;
    // Up to a multiple of the snapshot interval, and no further.
    for (; last % 10 != 0; count++) {
      last = cluster.propose(old, "c" + count).index();
    }
    cluster.awaitEqual(count);
    await()
        .during(Duration.ofMillis(300))
        .until(() -> cluster.groups.get(old).leadership() != null);
    cluster.network.cutOff(old);
    for (int i = 0; i < 5; i++) {
      var _ = cluster.groups.get(old).propose(("never" + i).getBytes(UTF_8), null);
    }
    String leader = cluster.leaderAmong(cluster.others(old));
    cluster.network.heal();
    cluster.propose(leader, "after");
    cluster.awaitEqual(count + 1);
  }

  @Test
  void allRestartWithEverythingAcknowledged() {
    cluster.proposeAll(cluster.leader(), "a", 321);
    List<String> names = List.copyOf(cluster.groups.keySet());
    names.forEach(cluster::kill);
    names.forEach(cluster::start);
    cluster.proposeAll(cluster.leader(), "b", 10);
    cluster.awaitEqual(331);
  }

  @Test
  void restartedFollowerCatchesUp() {
    String leader = cluster.leader();
    cluster.proposeAll(leader, "a", 250);
    String follower = cluster.others(leader).getFirst();
    cluster.kill(follower);
    cluster.proposeAll(cluster.leader(), "b", 30);
    cluster.start(follower);
    cluster.awaitEqual(280);
  }

  @Test
  void leadershipIsHandedOver() {
    String leader = cluster.leader();
    String next = cluster.others(leader).getFirst();
    CompletableFuture<Void> handedOver = cluster.groups.get(leader).transfer(next);
    assertThat(cluster.groups.get(leader).leadership()).isNull();
    handedOver.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(cluster.leader()).isEqualTo(next);
  }

  @Test
  void leaderThatCouldNotHandOverLeadsOn() {
    String leader = cluster.leader();
    String next = cluster.others(leader).getFirst();
    cluster.network.cut(leader, next);
    assertThatThrownBy(
            () -> cluster.groups.get(leader).transfer(next).orTimeout(30, TimeUnit.SECONDS).join())
        .hasCauseInstanceOf(ReplicationTimeoutException.class);
    assertThat(cluster.leader()).isEqualTo(leader);
  }

  @Test
  void followersReadWhatWasAcknowledgedBefore() {
    String leader = cluster.leader();
    for (int i = 0; i < 50; i++) {
      cluster.propose(leader, "c" + i);
      for (String name : cluster.groups.keySet()) {
        ReplicaSet group = cluster.groups.get(name);
        group.readIndex().thenCompose(group::awaitApplied).orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(cluster.stores.get(name).count()).isGreaterThan(i);
      }
    }
  }

  @Test
  void memberCutOffReadsNothing() {
    cluster.close();
    cluster = new TestReplicaSet(TestReplicaSet.options().withReadTimeoutMillis(700), 3);
    String leader = cluster.leader();
    String follower = cluster.others(leader).getFirst();
    cluster.network.cutOff(follower);
    assertThatThrownBy(
            () -> cluster.groups.get(follower).readIndex().orTimeout(30, TimeUnit.SECONDS).join())
        .cause()
        .isInstanceOfAny(ReplicationTimeoutException.class, NotLeaderException.class);
  }

  @Test
  void lossyAndSlowNetworkLosesNothing() {
    cluster.network.lossPercent = 10;
    cluster.network.delayMicros(500);
    for (int i = 0; i < 100; i++) {
      String leader = cluster.leader();
      try {
        cluster.propose(leader, "c" + i);
      } catch (CompletionException e) {
        assertThat(e.getCause()).isInstanceOf(ReplicationException.class);
      }
    }
    cluster.network.lossPercent = 0;
    cluster.propose(cluster.leader(), "end");
    int count = cluster.stores.get(cluster.leader()).count();
    cluster.awaitEqual(count);
  }
}
