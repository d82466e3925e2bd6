// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTurnTest {
  private static final int PATIENCE = 20;

  private final Shards shards = Shards.of(3);
  private final Executor one = shards.executors().get(0);
  private final Executor other = shards.executors().get(1);
  private final Executor two = shards.executors().get(2);
  private final List<String> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    shards.close();
  }

  /** Waits until a loop has done all that it was given so far. */
  private static void settle(Executor loop) {
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> loop.execute(done::countDown));
    try {
      assertThat(done.await(PATIENCE, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void onLoop(Runnable task)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture.runAsync(task, one).get(PATIENCE, SECONDS);
  }

  @Test
  void whatTurnHandsToAnotherLoopGoesThereAtItsEndInOrder() throws Exception {
    onLoop(
        () -> {
          other.execute(() -> events.add("first"));
          other.execute(() -> events.add("second"));
          settle(other);
          events.add("end of the task");
        });

    await()
        .untilAsserted(
            () -> assertThat(events).containsExactly("end of the task", "first", "second"));
  }

  @Test
  void loopThatIsAboutToWaitLetsOutWhatItHas() throws Exception {
    onLoop(
        () -> {
          other.execute(() -> events.add("handed over"));
          assertThat(LoopTurn.atEnd(() -> events.add("put off"))).isTrue();
          LoopTurn.letOut();
          settle(other);
          events.add("waited");
        });

    assertThat(events).hasSize(3).last().isEqualTo("waited");
  }

  @Test
  void whatWasPutOffIsDoneOnceAfterTheTasksOfTheTurn() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    onLoop(
        () -> {
          LoopTurn.atEnd(
              () -> {
                events.add("end");
                done.countDown();
              });
          one.execute(() -> events.add("task"));
        });

    assertThat(done.await(PATIENCE, SECONDS)).isTrue();
    onLoop(() -> events.add("later"));
    assertThat(events).containsExactly("task", "end", "later");
  }

  @Test
  void failureOfOneTaskKeepsNoOtherBack() throws Exception {
    onLoop(
        () -> {
          other.execute(
              () -> {
                throw new IllegalStateException("on purpose");
              });
          other.execute(() -> events.add("other"));
        });

    await().untilAsserted(() -> assertThat(events).containsExactly("other"));
  }

  @Test
  void whatLoopThatHasEndedDoesNotTakeRunsWhereItWasGiven() throws Exception {
    onLoop(
        () -> {
          other.execute(
              () -> {
                events.add("handed over");
                two.execute(() -> events.add("handed on"));
              });
          end(other);
        });

    await().untilAsserted(() -> assertThat(events).containsExactly("handed over", "handed on"));
  }

  private static void end(Executor loop) {
    var ended = ((EventExecutor) loop).shutdownGracefully(0, 0, SECONDS);
    assertThat(ended.awaitUninterruptibly(PATIENCE, SECONDS)).isTrue();
  }

  @Test
  void threadThatIsNoLoopHasNoTurn() {
    assertThat(LoopTurn.atEnd(() -> events.add("never"))).isFalse();
    LoopTurn.letOut();
    assertThat(events).isEmpty();
  }
}
