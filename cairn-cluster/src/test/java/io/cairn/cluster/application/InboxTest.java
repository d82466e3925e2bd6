// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.peer.PeerIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What arrives from the network, well-formed or not. */
class InboxTest {

  private static final PeerIdentity PEER =
      new PeerIdentity("two", "launch", URI.create("http://127.0.0.1:1"));

  private final Counters figures = new Counters();
  private final Inbox inbox = new Inbox(List.of(), MessagingSettings.defaults(), figures);

  private static byte[] message(long number) {
    return new SentMessage(number, 0, Body.of("x")).encode();
  }

  private static MessageAnswer.Kind kind(CompletionStage<byte[]> answer) {
    return MessageAnswer.decode(answer.toCompletableFuture().join()).kind();
  }

  @Test
  void aMessageThatComesAfterALaterOneOfTheSameLaunchIsNotTaken() {
    assertThat(kind(inbox.request(PEER, message(5)))).isEqualTo(MessageAnswer.Kind.NO_APPLICATION);
    assertThat(kind(inbox.request(PEER, message(4)))).isEqualTo(MessageAnswer.Kind.LATE);
    assertThat(kind(inbox.request(PEER, message(5)))).isEqualTo(MessageAnswer.Kind.LATE);
    assertThat(kind(inbox.request(PEER, message(6)))).isEqualTo(MessageAnswer.Kind.NO_APPLICATION);

    PeerIdentity restarted = new PeerIdentity("two", "other launch", PEER.address());
    assertThat(kind(inbox.request(restarted, message(1))))
        .isEqualTo(MessageAnswer.Kind.NO_APPLICATION);
    assertThat(figures.all()).containsEntry("messagesInvalid", 2L);
  }

  @Test
  void garbageIsRefused() {
    Random random = new Random(5);
    for (int i = 0; i < 1_000; i++) {
      byte[] garbage = new byte[random.nextInt(40)];
      random.nextBytes(garbage);
      if (garbage.length > 0 && garbage[0] == 2) {
        garbage[0] = 3;
      }
      assertThat(inbox.request(PEER, garbage).toCompletableFuture()).isCompletedExceptionally();
      assertThatThrownBy(() -> MessageAnswer.decode(Arrays.copyOf(garbage, 1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] noText = message(7);
    noText[noText.length - 2] = 9;
    assertThat(inbox.request(PEER, noText).toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void aMessageIsReadAsItWasWritten() {
    SentMessage message = new SentMessage(Long.MAX_VALUE, 1_234, Body.of(new byte[] {9, 8}));

    SentMessage read = SentMessage.decode(message.encode());

    assertThat(read.number()).isEqualTo(Long.MAX_VALUE);
    assertThat(read.replyMillis()).isEqualTo(1_234);
    assertThat(read.wantsReply()).isTrue();
    assertThat(read.body().isText()).isFalse();
    assertThat(read.body().copy()).containsExactly(9, 8);
    for (MessageAnswer.Kind kind : MessageAnswer.Kind.values()) {
      assertThat(MessageAnswer.decode(MessageAnswer.saying(kind, "why").encode()).kind())
          .isEqualTo(kind);
    }
  }

  @Test
  void aTimeoutIsATimeThatCanBeSent() {
    assertThat(SentMessage.replyMillis(Duration.ofMillis(1))).isEqualTo(1);
    assertThatThrownBy(() -> SentMessage.replyMillis(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SentMessage.replyMillis(Duration.ofDays(25)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
