// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupCluster.TestNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How groups come to be, grow and shrink. */
class NodeGroupsTest {

  @TempDir private Path directory;
  private GroupCluster cluster;

  @BeforeEach
  void makeCluster() {
    cluster = new GroupCluster(directory);
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void nodeWithoutPeersServesAtOnce() {
    TestNode a = cluster.start("a");

    assertThat(a.group().view().available()).isTrue();
    assertThat(a.leads("default")).isEqualTo(8);
    assertThat(a.group().view().nodes().get("a").status()).isEqualTo(NodeStatus.AVAILABLE);
  }

  @Test
  void nodeResumesItsGroupAfterARestart() {
    TestNode a = cluster.start("a");
    cluster.put(a, "k", "v");
    String uid = a.group().view().uid();
    cluster.kill(a);

    TestNode again = cluster.start("a");

    assertThat(again.group().view().uid()).isEqualTo(uid);
    assertThat(again.documents()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void nodeWithAPeerJoinsItsGroupAndSharesTheWork() {
    TestNode a = cluster.start("a");
    cluster.put(a, "k", "v");

    TestNode b = cluster.start("b", "a");

    cluster.awaitGroup(a, b);
    eventually().untilAsserted(() -> assertThat(a.leads("default")).isEqualTo(4));
    eventually().untilAsserted(() -> assertThat(b.leads("default")).isEqualTo(4));
    assertThat(b.documents()).isEqualTo(Map.of("k", "v"));
    assertThat(a.group().view().membershipUpdateTimeMicros())
        .isEqualTo(b.group().view().membershipUpdateTimeMicros());
  }

  @Test
  void joinerKeepsItsOwnDocuments() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b");
    cluster.put(a, "from-a", "1");
    cluster.put(b, "from-b", "2");

    b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, 2)).join();

    cluster.awaitGroup(a, b);
    Map<String, String> both = Map.of("from-a", "1", "from-b", "2");
    eventually().untilAsserted(() -> assertThat(a.documents()).isEqualTo(both));
    eventually().untilAsserted(() -> assertThat(b.documents()).isEqualTo(both));
    assertThat(a.group().view().config().membershipQuorum()).isEqualTo(2);
  }
}
