// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.application.SimulatedCluster.Node;
import io.cairn.cluster.application.SimulatedCluster.Quorum;
import io.cairn.cluster.attributes.AttributeEvent;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watchers hear all events in order, until they are closed, too slow, or the runtime stops. */
class WatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int CAPACITY = 5;

  private final SimulatedCluster cluster = new SimulatedCluster(4);
  private final Node node =
      cluster.node(
          "n1",
          1,
          new Quorum(1),
          ClusterRuntimeSettings.defaults()
              .with(it -> it.eventCapacity(1_000).watcherCapacity(CAPACITY)));
  private final Queue<ClusterEvent> watched = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();

  @BeforeEach
  void start() {
    node.start();
  }

  @AfterEach
  void stop() {
    node.runtime.stop();
  }

  private void happen(String set) {
    node.runtime.attributesListener().onEvent(new AttributeEvent.SetCreated(set));
  }

  private static ClusterEvent created(String set) {
    return new ClusterEvent.AttributesChanged(new AttributeEvent.SetCreated(set));
  }

  private void awaitEnd() {
    await().atMost(PATIENCE).until(() -> ended.get() > 0);
  }

  @Test
  void aWatcherHearsWhatHappensFromNowOnInOrder() {
    happen("before");
    node.runtime.watch(watched::add, ended::incrementAndGet);

    node.runtime.startupCompleted();
    happen("a");
    happen("b");
    await().atMost(PATIENCE).until(() -> watched.size() == 3);

    ClusterHealth health = new ClusterHealth(true, true, true, 1, 1, List.of());
    assertThat(watched)
        .containsExactly(new ClusterEvent.HealthChanged(health), created("a"), created("b"));
  }

  @Test
  void aWatcherHearsOfNodes() {
    node.runtime.watch(watched::add, ended::incrementAndGet);

    Node other = cluster.start("n2", 2, 1);
    assertThat(cluster.awaitLive(node, 2) && cluster.awaitLive(other, 2)).isTrue();
    cluster.members.leave(other.membership);
    cluster.members.advance(SimulatedCluster.A_MINUTE);
    await().atMost(PATIENCE).until(() -> watched.size() == 4);

    assertThat(watched.stream().map(Object::getClass).map(Class::getSimpleName))
        .containsExactly("NodeJoined", "LiveNodes", "NodeLeft", "LiveNodes");
    other.runtime.stop();
  }

  @Test
  void aClosedWatcherIsToldOnceAndHearsNothingMore() {
    Cluster.Watch watch = node.runtime.watch(watched::add, ended::incrementAndGet);

    watch.close();
    watch.close();
    awaitEnd();
    happen("after");
    node.runtime.stop();

    assertThat(watched).isEmpty();
    assertThat(ended).hasValue(1);
  }

  @Test
  void aWatcherThatIsTooSlowIsEndedAlsoIfItHangs() {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    node.runtime.watch(
        event -> {
          watched.add(event);
          entered.countDown();
          try {
            assertThat(released.await(2 * PATIENCE.toSeconds(), SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        () -> {
          ended.incrementAndGet();
          released.countDown();
        });
    happen("first");
    await().atMost(PATIENCE).until(() -> entered.getCount() == 0);

    IntStream.rangeClosed(1, CAPACITY).forEach(i -> happen("s" + i));
    assertThat(node.runtime.figures()).containsEntry("watchersLost", 0L);
    assertThat(ended).hasValue(0);
    happen("too much");
    awaitEnd();
    happen("after");
    node.runtime.stop();

    assertThat(node.runtime.figures()).containsEntry("watchersLost", 1L);
    assertThat(watched).containsExactly(created("first"));
    assertThat(ended).hasValue(1);
  }

  @Test
  void theStopOfTheRuntimeEndsWatchersAfterWhatTheyHaveToHear() {
    node.runtime.watch(watched::add, ended::incrementAndGet);
    happen("last");

    node.runtime.stop();

    assertThat(watched).containsExactly(created("last"));
    assertThat(ended).hasValue(1);
    node.runtime.watch(watched::add, ended::incrementAndGet);
    await().atMost(PATIENCE).until(() -> ended.get() == 2);
  }

  @Test
  void aWatcherThatThrowsHearsTheNext() {
    node.runtime.watch(
        event -> {
          watched.add(event);
          throw new IllegalStateException("on purpose");
        },
        ended::incrementAndGet);

    happen("a");
    happen("b");
    await().atMost(PATIENCE).until(() -> watched.size() == 2);

    assertThat(ended).hasValue(0);
    await().atMost(PATIENCE).until(() -> node.runtime.figures().get("callbacksFailed") == 2);
  }
}
