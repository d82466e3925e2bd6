// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a shard and its thread do when something fails or ends. */
class ShardTest {

  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final Queue<Runnable> writings = new ArrayDeque<>();
  private final List<Throwable> failures = new ArrayList<>();
  private boolean slow;

  private final Shard shard =
      new Shard(
          0,
          turns::add,
          writings::add,
          (_, _) -> {},
          new Shard.Surroundings() {
            @Override
            public void flush() {}

            @Override
            public boolean isDiskSlow() {
              return slow;
            }

            @Override
            public void giveWay() {}

            @Override
            public void failed(Throwable cause) {
              failures.add(cause);
            }
          });

  private SerialExecutor set() {
    return new SerialExecutor(
        shard,
        new Ticks((_, _) -> {}, () -> 0, 1),
        cause -> {
          throw new IllegalStateException("the listener fails too", cause);
        });
  }

  private void runTurns() {
    while (!turns.isEmpty()) {
      turns.remove().run();
    }
  }

  @Test
  void whoHasWrittenWaitsForTheWriterAndGoesOnInOrderThoughSomethingFails() {
    slow = true;
    SerialExecutor first = set();
    SerialExecutor second = set();
    SerialExecutor idle = set();
    List<String> ran = new ArrayList<>();
    first.execute(
        () ->
            first.afterDisk(
                () -> {
                  throw new IllegalArgumentException("on purpose");
                }));
    second.execute(() -> second.afterDisk(() -> ran.add("second is durable")));
    runTurns();
    first.execute(() -> ran.add("first goes on"));
    second.execute(() -> ran.add("second goes on"));
    idle.execute(() -> ran.add("idle"));
    runTurns();
    assertThat(ran).containsExactly("idle");
    writings.remove().run();
    runTurns();
    assertThat(ran).containsExactly("idle", "second is durable", "first goes on", "second goes on");
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);

    slow = false;
    first.execute(() -> first.afterDisk(() -> ran.add("first is durable")));
    runTurns();
    assertThat(ran).endsWith("first is durable");
    assertThat(writings).isEmpty();
  }

  @Test
  void goesOnAfterFailureThatNobodyCouldBeTold() {
    SerialExecutor set = set();
    List<String> ran = new ArrayList<>();
    set.execute(
        () -> {
          throw new IllegalArgumentException("on purpose");
        });
    set.execute(() -> ran.add("in the same turn"));
    turns.remove().run();
    set.execute(() -> ran.add("later"));
    runTurns();
    assertThat(ran).containsExactly("in the same turn", "later");
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void threadOutlivesTasksThatFail() {
    ShardThread thread = new ShardThread("outliving", System::nanoTime).started();
    Runnable failing =
        () -> {
          throw new IllegalStateException("on purpose");
        };
    thread.execute(failing);
    thread.schedule(failing, 0);
    CompletableFuture<String> later = new CompletableFuture<>();
    thread.schedule(() -> thread.execute(() -> later.complete("runs")), 1);
    assertThat(later).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("runs");
    thread.close();
  }

  /** The moment to be hit is short, hence so many rounds. */
  @Test
  void threadThatClosesRunsAllThatItHasTaken() throws InterruptedException {
    for (int round = 0; round < 500; round++) {
      ShardThread thread = new ShardThread("closing-" + round, System::nanoTime).started();
      AtomicInteger taken = new AtomicInteger();
      CompletableFuture<Thread> worker = new CompletableFuture<>();
      thread.execute(() -> worker.complete(Thread.currentThread()));
      CountDownLatch begun = new CountDownLatch(1);
      AtomicInteger ran = new AtomicInteger();
      Thread giver =
          Thread.ofPlatform()
              .start(
                  () -> {
                    begun.countDown();
                    assertThatThrownBy(
                            () -> {
                              while (true) {
                                thread.execute(ran::incrementAndGet);
                                taken.incrementAndGet();
                              }
                            })
                        .isInstanceOf(RejectedExecutionException.class);
                  });
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      thread.close();
      giver.join();
      worker.join().join();
      assertThat(ran).as("round %d", round).hasValue(taken.get());
    }
  }
}
