// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.peers.ControlQuestion.Located;
import io.cairn.cluster.group.state.JoinRequest;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.wire.MalformedException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

public class ControlMessagesTest {

  private static final URI ADDRESS = URI.create("http://127.0.0.1:8000");
  private static final JoinPosition STANDING =
      new JoinPosition("a", ADDRESS, "uid", "", 3, true, false, 2, List.of("lost one"));

  private static final List<ControlQuestion> QUESTIONS =
      List.of(
          new ControlQuestion.Inquire("default", STANDING),
          new ControlQuestion.Join(
              "default",
              new JoinRequest(
                  "b", ADDRESS, NodeRole.OBSERVER, Map.of("rack", "two words"), "token"),
              ""),
          new ControlQuestion.Locate("default", "uid"),
          new ControlQuestion.Copy("default", "uid"));

  private static final List<ControlAnswer> ANSWERS =
      List.of(
          new ControlAnswer.Stands(STANDING, true, false),
          new ControlAnswer.Busy("a little later"),
          new ControlAnswer.Refused("no"),
          new ControlAnswer.Decided(true),
          new ControlAnswer.Elsewhere(""),
          new ControlAnswer.Unknown("it was cut off"),
          new ControlAnswer.LocatedPartitions(
              List.of(new Located("default", 7, true, false, List.of("a", "b")))));

  @Test
  void questionsAndAnswersAreReadAsTheyWereWritten() {
    for (ControlQuestion question : QUESTIONS) {
      assertThat(ControlQuestion.decode(question.encode())).isEqualTo(question);
    }
    for (ControlAnswer answer : ANSWERS) {
      assertThat(ControlAnswer.decode(answer.encode())).isEqualTo(answer);
    }
  }

  @Test
  void truncatedOrDamagedOnesAreMalformedOrReadAsTheyStand() {
    QUESTIONS.forEach(question -> damaged(question.encode(), ControlQuestion::decode));
    ANSWERS.forEach(answer -> damaged(answer.encode(), ControlAnswer::decode));
  }

  private static void damaged(byte[] bytes, Function<byte[], ?> decode) {
    for (int at = 0; at < bytes.length; at++) {
      byte[] cut = Arrays.copyOf(bytes, at);
      assertThatThrownBy(() -> decode.apply(cut)).isInstanceOf(MalformedException.class);
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << bit);
        try {
          assertThat(decode.apply(flipped)).isNotNull();
        } catch (MalformedException refused) {
          assertThat(refused).hasMessageNotContaining("null");
        }
      }
    }
  }

  @Test
  void nodeOfAnotherVersionIsToldWhatToDo() {
    byte[] bytes = QUESTIONS.getFirst().encode();
    bytes[0]++;
    assertThatThrownBy(() -> ControlQuestion.decode(bytes))
        .hasMessageContaining("run the same version of Cairn on all nodes");
  }
}
