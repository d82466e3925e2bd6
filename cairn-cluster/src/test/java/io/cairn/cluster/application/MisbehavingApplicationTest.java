// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.cairn.cluster.application.SimulatedCluster.Node;
import io.cairn.cluster.application.SimulatedCluster.Quorum;
import io.cairn.cluster.attributes.AttributeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Applications that throw, block or are slow harm themselves at most. */
@Isolated("looks at what all log")
class MisbehavingApplicationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SimulatedCluster cluster = new SimulatedCluster(3);
  private final List<ClusterRuntime> open = new ArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void stopAll() {
    released.countDown();
    open.forEach(ClusterRuntime::stop);
  }

  private Node node(ClusterRuntimeSettings settings) {
    Node node = cluster.node("n1", 1, new Quorum(1), settings);
    open.add(node.runtime);
    node.runtime.start(node.attributes);
    return node;
  }

  private static void happen(Node node, String set) {
    node.runtime.attributesListener().onEvent(new AttributeEvent.SetCreated(set));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Blocks in the event of a certain name. */
  private class Blocker extends RecordingApplication {
    final CountDownLatch entered = new CountDownLatch(1);

    @Override
    public void informAttributeSetCreated(String set) {
      super.informAttributeSetCreated(set);
      if (set.equals("block")) {
        entered.countDown();
        awaitQuietly(released);
      }
    }
  }

  @Test
  void whatThrowsIsLoggedWithItsNameAndCountedAndTheNextGoesOn() {
    RecordingApplication thrower =
        new RecordingApplication() {
          @Override
          public void informAttributeSetCreated(String set) {
            super.informAttributeSetCreated(set);
            switch (set) {
              case "exception" -> throw new IllegalStateException("an exception");
              case "error" -> throw new AssertionError("an error");
              case "stack" -> informAttributeSetCreated(set);
              case "machine" -> throw new InternalError("the machine's");
              default -> {}
            }
          }

          @Override
          public void start() {
            super.start();
            throw new IllegalStateException("at the start");
          }
        };
    try (LogCapture log = new LogCapture(Subscriber.class)) {
      Node node = node(ClusterRuntimeSettings.defaults());
      node.runtime.register(thrower);
      List.of("exception", "error", "machine", "stack", "fine").forEach(set -> happen(node, set));
      await()
          .dontCatchUncaughtExceptions() // The machine's error ends the thread, but not the queue.
          .atMost(PATIENCE)
          .until(() -> thrower.heard().contains("created fine"));

      assertThat(node.runtime.figures()).containsEntry("callbacksFailed", 5L);
      String name = thrower.getClass().getName();
      assertThat(log.at(Level.ERROR))
          .hasSize(5)
          .startsWith(name + ".start failed", name + ".informAttributeSetCreated failed");
    }
    assertThat(thrower.heard()).startsWith("start", "responder", "attributesClient");
    assertThat(thrower.heard()).containsOnlyOnce("created exception", "created error");
  }

  @Test
  void whatBlocksDelaysNobodyElseAndIsLoggedOnce() {
    Node node = node(ClusterRuntimeSettings.defaults());
    Blocker blocker = new Blocker();
    RecordingApplication calm = new RecordingApplication();
    Queue<ClusterEvent> watched = new ConcurrentLinkedQueue<>();
    node.runtime.register(blocker);
    node.runtime.register(calm);
    node.runtime.watch(watched::add, () -> {});
    try (LogCapture log = new LogCapture(Subscriber.class)) {
      happen(node, "block");
      happen(node, "later");
      awaitQuietly(blocker.entered);
      await().atMost(PATIENCE).until(() -> calm.heard().contains("created later"));
      await().atMost(PATIENCE).until(() -> watched.size() == 2);
      assertThat(node.runtime.health().live()).isEqualTo(1);
      assertThat(blocker.heard()).doesNotContain("created later");

      cluster.members.advance(Duration.ofSeconds(9));
      node.runtime.lookForSlowCallbacks();
      assertThat(node.runtime.figures()).containsEntry("callbacksSlow", 0L);
      cluster.members.advance(Duration.ofSeconds(2));
      node.runtime.lookForSlowCallbacks();
      node.runtime.lookForSlowCallbacks();
      assertThat(node.runtime.figures()).containsEntry("callbacksSlow", 1L);
      assertThat(log.at(Level.WARN))
          .singleElement()
          .asString()
          .contains(Blocker.class.getName() + ".informAttributeSetCreated", "10000 ms");
    }

    released.countDown();
    await().atMost(PATIENCE).until(() -> blocker.heard().contains("created later"));
  }

  @Test
  void whatIsTooFarBehindIsGivenUpAsAWholeAndSaidSo() {
    Node node =
        node(
            ClusterRuntimeSettings.defaults()
                .with(it -> it.eventCapacity(10).watcherCapacity(1_000)));
    Blocker blocker = new Blocker();
    RecordingApplication calm = new RecordingApplication();
    node.runtime.register(blocker);
    node.runtime.register(calm, Runnable::run);
    try (LogCapture log = new LogCapture(Subscriber.class)) {
      happen(node, "block");
      awaitQuietly(blocker.entered);
      IntStream.range(0, 10).forEach(i -> happen(node, "s" + i));
      assertThat(node.runtime.figures()).containsEntry("applicationsLost", 0L);

      IntStream.range(10, 20).forEach(i -> happen(node, "s" + i));
      assertThat(node.runtime.figures()).containsEntry("applicationsLost", 1L);
      assertThat(log.at(Level.ERROR))
          .singleElement()
          .asString()
          .contains(Blocker.class.getName(), "given up");
    }

    released.countDown();
    await().atMost(PATIENCE).until(() -> blocker.heard().contains("stop"));
    assertThat(blocker.heard()).endsWith("created block", "stop");
    assertThat(calm.heard()).hasSize(4 + 21).endsWith("created s19");
  }

  @Test
  void whatDoesNotStopIsGivenUpAfterTheBound() {
    Node node = node(ClusterRuntimeSettings.defaults().withStopTimeout(Duration.ofMillis(100)));
    AtomicBoolean interrupted = new AtomicBoolean();
    CountDownLatch entered = new CountDownLatch(1);
    RecordingApplication hanging =
        new RecordingApplication() {
          @Override
          public void informAttributeSetCreated(String set) {
            entered.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              interrupted.set(true);
            }
          }
        };
    RecordingApplication calm = new RecordingApplication();
    node.runtime.register(hanging);
    node.runtime.register(calm);
    happen(node, "block");
    happen(node, "later");
    awaitQuietly(entered);

    node.runtime.stop();

    assertThat(calm.heard()).endsWith("stop");
    assertThat(node.runtime.figures()).containsEntry("applicationsLost", 1L);
    await().atMost(PATIENCE).until(() -> hanging.heard().contains("stop"));
    assertThat(interrupted).isTrue();
  }

  @Test
  void anExecutorThatRefusesEndsItsApplicationOnly() {
    Node node = node(ClusterRuntimeSettings.defaults());
    ExecutorService stage = Executors.newSingleThreadExecutor();
    RecordingApplication stranded = new RecordingApplication();
    RecordingApplication calm = new RecordingApplication();
    node.runtime.register(stranded, stage);
    await().atMost(PATIENCE).until(() -> stranded.heard().size() == 4);
    stage.shutdown();
    try (LogCapture log = new LogCapture(Subscriber.class)) {
      node.runtime.register(calm, Runnable::run);
      happen(node, "s");

      assertThat(log.at(Level.ERROR)).singleElement().asString().contains("takes no more tasks");
    }
    assertThat(calm.heard()).endsWith("created s");
    assertThat(node.runtime.figures()).containsEntry("applicationsLost", 1L);
    node.runtime.stop();
    assertThat(calm.heard()).endsWith("stop");
  }

  @Test
  void manyThreadsOfAStageCallOneAtATimeAndInOrder() {
    int count = 20_000;
    Node node = node(ClusterRuntimeSettings.defaults());
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    RecordingApplication application =
        new RecordingApplication() {
          @Override
          public void informAttributeSetCreated(String set) {
            if (inside.incrementAndGet() > 1) {
              overlaps.incrementAndGet();
            }
            super.informAttributeSetCreated(set);
            inside.decrementAndGet();
          }
        };
    try (ExecutorService stage = Executors.newFixedThreadPool(4)) {
      node.runtime.register(application, stage);
      IntStream.range(0, count).forEach(i -> happen(node, "" + i));
      await().atMost(PATIENCE).until(() -> application.heard().size() == 4 + count);
    }

    assertThat(overlaps).hasValue(0);
    assertThat(application.heard().subList(4, 4 + count))
        .containsExactlyElementsOf(
            IntStream.range(0, count).mapToObj(i -> "created " + i).toList());
  }

  @Test
  void anApplicationMayStopTheRuntimeInACallback() {
    Node node = node(ClusterRuntimeSettings.defaults());
    CountDownLatch stopped = new CountDownLatch(1);
    RecordingApplication application =
        new RecordingApplication() {
          @Override
          public void informAttributeSetCreated(String set) {
            node.runtime.stop();
            stopped.countDown();
          }
        };
    node.runtime.register(application);

    happen(node, "s");

    awaitQuietly(stopped);
    await().atMost(PATIENCE).until(() -> application.heard().contains("stop"));
    assertThat(node.runtime.figures()).containsEntry("applicationsLost", 0L);
  }

  @Test
  void anApplicationHasAThreadThatIsNamedAfterItUnlessItBringsAStage() {
    Node node = node(ClusterRuntimeSettings.defaults());
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    class Mine extends ClusterApplicationAdapter {
      @Override
      public void start() {
        threads.add(Thread.currentThread().getName());
      }
    }
    try (ClusterStages stages = new ClusterStages()) {
      node.runtime.register(new Mine());
      await().atMost(PATIENCE).until(() -> threads.size() == 1);
      node.runtime.register(new Mine(), stages.stage("blue"));
      await().atMost(PATIENCE).until(() -> threads.size() == 2);
    }

    assertThat(threads).containsExactly("cairn-application-Mine", "cairn-stage-blue");
  }
}
