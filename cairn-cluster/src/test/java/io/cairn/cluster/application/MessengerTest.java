// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.application.MessagingSettings.Overflow;
import io.cairn.cluster.application.RequestFailedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages between the applications of nodes that are connected over loopback. */
class MessengerTest extends MessagingTestBed {

  @Test
  void textAndBytesArriveAsTheyWereSent() throws Exception {
    Node one = node("one");
    Node two = node("two");
    Queue<ApplicationMessage> taken = new ConcurrentLinkedQueue<>();
    two.runtime.register(new Taker(taken::add));
    byte[] bytes = {0, -1, (byte) 0xC3};

    assertThat(get(one.messenger().sendTo("two", "Zwölf 𝄞\n\0"))).isEqualTo(Delivery.DELIVERED);
    assertThat(get(one.messenger().sendTo("two", ""))).isEqualTo(Delivery.DELIVERED);
    assertThat(get(one.messenger().sendTo("two", bytes))).isEqualTo(Delivery.DELIVERED);
    await().atMost(PATIENCE).until(() -> taken.size() == 3);

    ApplicationMessage text = taken.remove();
    assertThat(text.asText()).isEqualTo("Zwölf 𝄞\n\0");
    assertThat(text.asBytes()).isEqualTo("Zwölf 𝄞\n\0".getBytes(UTF_8));
    assertThat(text.isText()).isTrue();
    assertThat(text.sender()).isEqualTo("one");
    assertThat(text.expectsReply()).isFalse();
    assertThatThrownBy(() -> text.reply("no")).isInstanceOf(IllegalStateException.class);
    assertThat(taken.remove().asText()).isEmpty();
    ApplicationMessage raw = taken.remove();
    assertThat(raw.isText()).isFalse();
    assertThat(raw.asBytes()).isEqualTo(bytes);
    assertThatThrownBy(raw::asText).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tenThousandMessagesArriveInOrderAndOnce() throws Exception {
    int count = 10_000;
    MessagingSettings roomy = messaging(1_000, count, Overflow.REJECT);
    Node one = node("one", roomy);
    Node two = node("two", roomy);
    Queue<Integer> taken = new ConcurrentLinkedQueue<>();
    two.runtime.register(new Taker(message -> taken.add(Integer.valueOf(message.asText()))));

    List<CompletableFuture<Delivery>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(one.messenger().sendTo("two", "" + i));
    }
    for (CompletableFuture<Delivery> each : sent) {
      assertThat(get(each)).isEqualTo(Delivery.DELIVERED);
    }
    await().atMost(PATIENCE).until(() -> taken.size() >= count);

    assertThat(taken).containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
    assertThat(one.figure("messagesSent")).isEqualTo(count);
    assertThat(two.figure("messagesReceived")).isEqualTo(count);
  }

  @Test
  void aBroadcastReachesEveryOtherNodeAndTellsOfEach() throws Exception {
    Node one = node("one");
    Node two = node("two");
    node("three");
    Queue<String> here = new ConcurrentLinkedQueue<>();
    Queue<String> there = new ConcurrentLinkedQueue<>();
    one.runtime.register(new Taker(message -> here.add(message.asText())));
    two.runtime.register(new Taker(message -> there.add(message.asText())));

    Map<String, Delivery> outcome = get(one.messenger().broadcast("all"));

    assertThat(outcome)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("two", Delivery.DELIVERED, "three", Delivery.NO_APPLICATION));
    await().atMost(PATIENCE).until(() -> there.size() == 1);
    assertThat(here).isEmpty();
  }

  @Test
  void aNodeSendsToItselfAndAsksItself() throws Exception {
    Node one = node("one");
    assertThat(get(one.messenger().sendTo("one", "x"))).isEqualTo(Delivery.NO_APPLICATION);
    one.runtime.register(
        new Taker(
            message -> {
              if (message.expectsReply()) {
                message.reply(message.sender() + ":" + message.asText());
              }
            }));

    assertThat(get(one.messenger().sendTo("one", "x"))).isEqualTo(Delivery.DELIVERED);
    assertThat(get(one.messenger().request("one", "y", PATIENCE)).asText()).isEqualTo("one:y");
    assertThat(get(one.messenger().broadcast("z"))).isEmpty();
  }

  @Test
  void anUnknownNodeIsUnreachable() throws Exception {
    Node one = node("one");

    assertThat(get(one.messenger().sendTo("nobody", "x"))).isEqualTo(Delivery.UNREACHABLE);
    assertThat(failure(one.messenger().request("nobody", "x", PATIENCE)).reason())
        .isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void aNodeWithoutApplicationSaysSo() throws Exception {
    Node one = node("one");
    Node two = node("two");

    assertThat(get(one.messenger().sendTo("two", "x"))).isEqualTo(Delivery.NO_APPLICATION);
    assertThat(failure(one.messenger().request("two", "x", PATIENCE)).reason())
        .isEqualTo(Reason.NO_APPLICATION);
    assertThat(two.figure("messagesWithoutApplication")).isEqualTo(2);
    assertThat(one.figure("messagesNotDelivered")).isEqualTo(1);
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedOnBothSides() throws Exception {
    Node one = node("one", messaging(100, 10, Overflow.REJECT));
    Node two = node("two", messaging(50, 10, Overflow.REJECT));
    two.runtime.register(new Taker(message -> message.reply("x".repeat(50))));
    one.runtime.register(new Taker(message -> message.reply("x".repeat(51))));
    String large = "x".repeat(101);

    assertThatThrownBy(() -> one.messenger().sendTo("two", large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100");
    assertThatThrownBy(() -> one.messenger().broadcast(large.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(get(one.messenger().sendTo("two", "x".repeat(51)))).isEqualTo(Delivery.TOO_LARGE);
    assertThat(get(one.messenger().sendTo("two", "x".repeat(50)))).isEqualTo(Delivery.DELIVERED);
    assertThat(failure(one.messenger().request("two", "x".repeat(51), PATIENCE)).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(failure(two.messenger().request("one", "x", PATIENCE)).reason())
        .isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void halfASurrogatePairIsNotSent() throws Exception {
    Node one = node("one");

    assertThatThrownBy(() -> one.messenger().sendTo("one", "\uD834"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFullQueueRefusesAndTheSenderIsTold() throws Exception {
    Node one = node("one");
    Node two = node("two", messaging(100, 3, Overflow.REJECT));
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    CountDownLatch released = blocking(two, taken);
    get(one.messenger().sendTo("two", "0"));
    await().atMost(PATIENCE).until(() -> taken.size() == 1);

    for (int i = 1; i <= 3; i++) {
      assertThat(get(one.messenger().sendTo("two", "" + i))).isEqualTo(Delivery.DELIVERED);
    }
    assertThat(get(one.messenger().sendTo("two", "4"))).isEqualTo(Delivery.OVERFLOW);
    assertThat(failure(one.messenger().request("two", "5", PATIENCE)).reason())
        .isEqualTo(Reason.OVERFLOW);
    released.countDown();
    await().atMost(PATIENCE).until(() -> taken.size() == 4);

    assertThat(taken).containsExactly("0", "1", "2", "3");
    assertThat(two.figure("messagesRefused")).isEqualTo(2);
    assertThat(get(one.messenger().sendTo("two", "6"))).isEqualTo(Delivery.DELIVERED);
  }

  @Test
  void aFullQueueDropsTheOldestIfThatIsWanted() throws Exception {
    Node one = node("one");
    Node two = node("two", messaging(100, 3, Overflow.DROP_OLDEST));
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    CountDownLatch released = blocking(two, taken);
    get(one.messenger().sendTo("two", "0"));
    await().atMost(PATIENCE).until(() -> taken.size() == 1);

    CompletableFuture<ApplicationMessage> oldest = one.messenger().request("two", "1", PATIENCE);
    for (int i = 2; i <= 4; i++) {
      assertThat(get(one.messenger().sendTo("two", "" + i))).isEqualTo(Delivery.QUEUED);
    }
    assertThat(failure(oldest).reason()).isEqualTo(Reason.OVERFLOW);
    released.countDown();
    await().atMost(PATIENCE).until(() -> taken.size() == 4);

    assertThat(taken).containsExactly("0", "2", "3", "4");
    assertThat(two.figure("messagesDropped")).isEqualTo(1);
  }

  @Test
  void aStoppedNodeTakesAndSendsNothing() throws Exception {
    Node one = node("one");
    Node two = node("two");
    RecordingApplication application = new RecordingApplication();
    two.runtime.register(application);
    get(one.messenger().sendTo("two", "x"));

    two.runtime.stop();

    assertThat(application.heard()).endsWith("one: x", "stop");
    assertThat(get(one.messenger().sendTo("two", "y"))).isEqualTo(Delivery.NO_APPLICATION);
    assertThat(get(two.messenger().sendTo("one", "z"))).isEqualTo(Delivery.UNREACHABLE);
  }

  @Test
  void whatANodeWasHeardOfLastIsItsLastFrame() throws Exception {
    Node one = node("one");
    Node two = node("two");
    ClusterNode before = one.runtime.nodes().getLast();

    await()
        .atMost(PATIENCE)
        .until(() -> one.runtime.nodes().getLast().lastSeen().isAfter(before.lastSeen()));

    assertThat(before.id()).isEqualTo("two");
    assertThat(before.address()).isEqualTo(two.uri);
    assertThat(one.runtime.self().id()).isEqualTo("one");
  }
}
