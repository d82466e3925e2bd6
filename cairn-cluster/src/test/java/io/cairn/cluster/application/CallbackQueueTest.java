// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.application.CallbackQueue.Bounds;
import io.cairn.cluster.application.CallbackQueue.Offer;
import io.cairn.cluster.application.MessagingSettings.Overflow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls that wait for one receiver, on an executor that runs when the test says so. */
class CallbackQueueTest {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Queue<String> calls = new ConcurrentLinkedQueue<>();
  private final Queue<String> discarded = new ConcurrentLinkedQueue<>();
  private final CallbackQueue queue =
      new CallbackQueue(
          tasks::add,
          new Bounds(1_000, 2, Overflow.REJECT),
          InstantSource.system(),
          callback("last"),
          new Report());

  private static final class Report implements CallbackQueue.Report {
    @Override
    public void busy() {}

    @Override
    public void failed(String callback, Throwable failure) {
      throw new AssertionError(callback, failure);
    }

    @Override
    public void returned(String callback, Duration after) {
      throw new AssertionError(callback);
    }

    @Override
    public void stranded(RuntimeException refusal) {
      throw new AssertionError(refusal);
    }
  }

  private Callback callback(String name) {
    return new Callback(name, () -> calls.add(name), () -> discarded.add(name));
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void eventsAndMessagesShareOneOrder() {
    queue.event(callback("e1"));
    queue.message(callback("m1"));
    queue.message(callback("m2"));
    queue.event(callback("e2"));
    assertThat(queue.message(callback("m3"))).isEqualTo(Offer.FULL);
    assertThat(tasks).isEmpty();

    queue.kick();
    queue.kick();

    assertThat(tasks).hasSize(1);
    run();
    assertThat(calls).containsExactly("e1", "m1", "m2", "e2");
    queue.kick();
    assertThat(tasks).isEmpty();
  }

  @Test
  void whatHasEndedTakesNothingAndCallsTheRestAndTheLastOnce() {
    queue.event(callback("e1"));
    queue.endAfterRest();

    assertThat(queue.event(callback("e2"))).isEqualTo(Offer.ENDED);
    assertThat(queue.message(callback("m1"))).isEqualTo(Offer.ENDED);
    queue.kick();
    run();
    queue.kick();
    run();

    assertThat(calls).containsExactly("e1", "last");
    await().atMost(Duration.ofSeconds(20)).until(() -> queue.over().isDone());
  }

  @Test
  void whatEndsAtOnceSaysSoToTheMessagesThatWaited() {
    queue.event(callback("e1"));
    queue.message(callback("m1"));
    queue.endNow();
    queue.kick();
    run();

    assertThat(calls).containsExactly("last");
    await().atMost(Duration.ofSeconds(20)).until(() -> discarded.contains("m1"));
  }

  @Test
  void whoHasMuchToHearLetsOthersOfItsStageInBetween() {
    IntStream.range(0, 600).forEach(i -> queue.event(callback("" + i)));
    queue.kick();

    tasks.remove().run();

    assertThat(calls).hasSizeLessThan(600);
    assertThat(tasks).hasSize(1);
    run();
    assertThat(calls).hasSize(600);
  }
}
