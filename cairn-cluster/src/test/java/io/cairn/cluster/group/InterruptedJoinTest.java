// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.state.NodeRole;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A joiner that dies at any step goes on where it was when it is started again. */
class InterruptedJoinTest {

  private static final Map<String, String> ALL = Map.of("from-a", "1", "from-b", "2");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"open", "handOver", "handedOver", "close", "delete"})
  void joinerThatDiesGoesOn(String step) throws InterruptedException {
    try (GroupCluster cluster = new GroupCluster(directory)) {
      TestNode a = cluster.start("a");
      TestNode b = cluster.start("b");
      cluster.put(a, "from-a", "1");
      cluster.put(b, "from-b", "2");
      CountDownLatch reached = dieAt(b, step);
      var joining = b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, null));
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(joining).isNotCompleted();
      b.machines().probe(any -> {});
      cluster.kill(b);

      TestNode again = cluster.start("b");

      cluster.awaitGroup(a, again);
      eventually().untilAsserted(() -> assertThat(a.documents()).isEqualTo(ALL));
      eventually().untilAsserted(() -> assertThat(again.documents()).isEqualTo(ALL));
      eventually()
          .untilAsserted(
              () ->
                  assertThat(again.replication().storedReplicaSets())
                      .allMatch(name -> name.contains(a.group().view().uid())));
    }
  }

  /** Has the node stand still for good at a step, as it would if it had died there. */
  private static CountDownLatch dieAt(TestNode node, String step) {
    CountDownLatch reached = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    node.machines()
        .probe(
            now -> {
              if (now.equals(step) || now.startsWith(step + " ")) {
                if (first.compareAndSet(false, true)) {
                  reached.countDown();
                }
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            });
    return reached;
  }
}
