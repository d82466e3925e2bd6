// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CatchUpTest {

  private TestReplicaSet cluster =
      new TestReplicaSet(
          TestReplicaSet.options()
              .with(
                  it ->
                      it.segmentBytes(32 << 20)
                          .maxCommandBytes(1 << 16)
                          .snapshotEntries(200_000)
                          .snapshotBytes(1L << 30))
              .withClockFactor(1), // a busy machine must not elect while the gap is written
          3);

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.failures).isEmpty();
  }

  @Test
  void leaderFindsAFollowerFarBehindWithoutAskingForEachIndex() {
    int gap = 64_000;
    String leader = cluster.leader();
    String follower = cluster.others(leader).getFirst();
    cluster.propose(leader, "first");
    cluster.kill(follower);
    cluster.proposeAll(leader, "c", gap);
    // A new leader does not know where the follower's log ends.
    String next = cluster.others(leader).getFirst();
    cluster.groups.get(leader).transfer(next).orTimeout(30, TimeUnit.SECONDS).join();
    long before = cluster.network.frames(next, follower);
    cluster.start(follower);
    cluster.awaitEqual(gap + 1);
    // 1000 entries a message, and heartbeats; one index a message would be 64,000.
    assertThat(cluster.network.frames(next, follower) - before).isLessThan(1000);
  }

  @Test
  void heartbeatsOfManyGroupsShareFrames() {
    int groups = 24;
    List<String> names = List.of("n1", "n2", "n3");
    List<ReplicaSet> leaders = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      List<ReplicaSet> started = new ArrayList<>();
      for (String name : names) {
        SharedStore store = new SharedStore(SharedStore.in(cluster.stores));
        started.add(
            cluster
                .nodes
                .get(name)
                .startReplicaSet(ReplicaSetSetup.together("more/" + i, names), store)
                .orTimeout(30, TimeUnit.SECONDS)
                .join());
      }
      leaders.add(
          await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () ->
                      started.stream()
                          .filter(group -> group.leadership() != null)
                          .findFirst()
                          .orElse(null),
                  found -> found != null));
    }
    long before = frames(names);
    long start = System.nanoTime();
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(30))
        .until(() -> leaders.stream().allMatch(group -> group.leadership() != null));
    double beats = (System.nanoTime() - start) / 200e6;
    // Alone, each group would send two heartbeats and two answers a beat.
    assertThat((frames(names) - before) / beats).isLessThan(groups * 4 / 2.0);
  }

  private long frames(List<String> names) {
    long sum = 0;
    for (String from : names) {
      for (String to : names) {
        sum += cluster.network.frames(from, to);
      }
    }
    return sum;
  }
}
