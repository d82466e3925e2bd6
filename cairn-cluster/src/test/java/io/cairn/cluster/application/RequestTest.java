// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.application.MessagingSettings.Overflow;
import io.cairn.cluster.application.RequestFailedException.Reason;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Requests to the applications of other nodes, and what becomes of them. */
class RequestTest extends MessagingTestBed {

  @Test
  void aRequestGetsItsReplyAlsoLaterAndFromAnotherThread() throws Exception {
    Node one = node("one");
    Node two = node("two");
    two.runtime.register(
        new Taker(message -> Thread.ofVirtual().start(() -> message.reply(message.asBytes()))));

    ApplicationMessage reply = get(one.messenger().request("two", new byte[] {1, 2}, PATIENCE));

    assertThat(reply.asBytes()).containsExactly(1, 2);
    assertThat(reply.isText()).isFalse();
    assertThat(reply.sender()).isEqualTo("two");
    assertThat(reply.expectsReply()).isFalse();
  }

  @Test
  void aRequestThatIsRefusedFailsWithTheReason() throws Exception {
    Node one = node("one");
    Node two = node("two");
    two.runtime.register(new Taker(message -> message.refuse("not today")));

    RequestFailedException failure = failure(one.messenger().request("two", "x", PATIENCE));

    assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
    assertThat(failure).hasMessageContaining("not today");
  }

  @Test
  void aRequestWhoseHandlerThrowsFailsAtOnce() throws Exception {
    Node one = node("one");
    Node two = node("two");
    two.runtime.register(
        new Taker(
            message -> {
              throw new IllegalStateException("broken");
            }));

    RequestFailedException failure = failure(one.messenger().request("two", "x", PATIENCE));

    assertThat(failure.reason()).isEqualTo(Reason.FAILED);
    assertThat(failure).hasMessageContaining("broken");
    await().atMost(PATIENCE).until(() -> two.figure("callbacksFailed") == 1);
  }

  @Test
  void aRequestWithoutReplyTimesOutAndALateReplyIsDropped() throws Exception {
    Node one = node("one");
    Node two = node("two");
    Queue<ApplicationMessage> taken = new ConcurrentLinkedQueue<>();
    two.runtime.register(new Taker(taken::add));

    RequestFailedException failure =
        failure(one.messenger().request("two", "x", Duration.ofMillis(200)));

    assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
    ApplicationMessage message = taken.remove();
    await().atMost(PATIENCE).until(() -> !message.expectsReply());
    message.reply("late");
    assertThat(two.figure("repliesLate")).isEqualTo(1);
  }

  @Test
  void theFirstReplyOfSeveralApplicationsCounts() throws Exception {
    Node one = node("one");
    Node two = node("two");
    CountDownLatch replied = new CountDownLatch(1);
    Queue<String> second = new ConcurrentLinkedQueue<>();
    two.runtime.register(
        new Taker(
            message -> {
              message.reply("first");
              replied.countDown();
            }));
    two.runtime.register(
        new Taker(
            message -> {
              awaitQuietly(replied);
              second.add(message.asText() + " " + message.expectsReply());
              message.reply("second");
            }));
    two.runtime.register(
        new Taker(
            message -> {
              throw new IllegalStateException("does not matter");
            }));

    assertThat(get(one.messenger().request("two", "x", PATIENCE)).asText()).isEqualTo("first");
    await().atMost(PATIENCE).until(() -> two.figure("callbacksFailed") == 2);
    assertThat(second).containsExactly("x false");
  }

  @Test
  void aReplyThatIsTooLargeIsTheHandlersFault() throws Exception {
    Node one = node("one", messaging(50, 10, Overflow.REJECT));
    one.runtime.register(new Taker(message -> message.reply("x".repeat(51))));

    RequestFailedException failure = failure(one.messenger().request("one", "x", PATIENCE));

    assertThat(failure.reason()).isEqualTo(Reason.FAILED);
    assertThat(failure).hasMessageContaining("at most 50 bytes");
  }

  @Test
  void tooManyMessagesUnderWayOverflowAtOnce() throws Exception {
    Node one = node("one", messaging(100, 2, Overflow.REJECT));
    Node two = node("two");
    Queue<ApplicationMessage> taken = new ConcurrentLinkedQueue<>();
    two.runtime.register(new Taker(taken::add));
    CompletableFuture<ApplicationMessage> first = one.messenger().request("two", "1", PATIENCE);
    CompletableFuture<ApplicationMessage> second = one.messenger().request("two", "2", PATIENCE);

    CompletableFuture<Delivery> third = one.messenger().sendTo("two", "3");
    assertThat(third).isCompletedWithValue(Delivery.OVERFLOW);

    await().atMost(PATIENCE).until(() -> taken.size() == 2);
    taken.forEach(message -> message.reply("done"));
    get(first);
    get(second);
    assertThat(get(one.messenger().sendTo("two", "4"))).isEqualTo(Delivery.DELIVERED);
  }

  @Test
  void aNodeThatIsKilledWithARequestLeavesItsOutcomeOpen() throws Exception {
    Node one = node("one");
    Node two = node("two");
    CountDownLatch taken = new CountDownLatch(1);
    two.runtime.register(new Taker(message -> taken.countDown()));
    CompletableFuture<ApplicationMessage> reply = one.messenger().request("two", "x", PATIENCE);
    awaitQuietly(taken);

    two.kill();

    assertThat(failure(reply).reason()).isEqualTo(Reason.CONNECTION_LOST);
    Delivery outcome = get(one.messenger().sendTo("two", "y"));
    assertThat(outcome).isEqualTo(Delivery.UNREACHABLE);
  }

  @Test
  void requestsThatNobodyAnswersAreBounded() throws Exception {
    Node one = node("one", messaging(100, 2 * Inbox.MAX_OPEN_REQUESTS, Overflow.REJECT));
    Queue<ApplicationMessage> taken = new ConcurrentLinkedQueue<>();
    one.runtime.register(new Taker(taken::add));
    for (int i = 0; i < Inbox.MAX_OPEN_REQUESTS; i++) {
      var _ = one.messenger().request("one", "x", PATIENCE);
    }

    assertThat(failure(one.messenger().request("one", "x", PATIENCE)).reason())
        .isEqualTo(Reason.OVERFLOW);
    await().atMost(PATIENCE).until(() -> taken.size() == Inbox.MAX_OPEN_REQUESTS);
    taken.remove().reply("done");
    CompletableFuture<ApplicationMessage> next = one.messenger().request("one", "x", PATIENCE);
    assertThat(next).isNotCompletedExceptionally();
  }
}
