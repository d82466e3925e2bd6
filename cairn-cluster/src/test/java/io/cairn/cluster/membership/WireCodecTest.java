// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.membership.WireMessage.Answer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.Question;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Step;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.wire.MalformedException;
import java.net.URI;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireCodecTest {

  private static final Launch A = launch("launch-a", "node-a", "http://a:8000");
  private static final Launch B = launch("launch-b", "Knoten-ä", "https://[::1]:8443");
  private static final Launch C = launch("launch-c", "node-c", "http://c:80");

  private static Launch launch(String launchId, String nodeId, String address) {
    return new Launch(launchId, nodeId, URI.create(address));
  }

  private static List<WireMessage> everyKind() {
    Claim suspect = new Claim(B, Status.SUSPECT, 7, 300, Set.of(1, -2, Integer.MAX_VALUE));
    Claim gone = new Claim(C, Status.LEFT, 3, Integer.MAX_VALUE, Set.of());
    return List.of(
        new Probe(Step.PING, 1, "launch-b", List.of(suspect, alive(A, 0))),
        new Probe(Step.PING_REQUEST, 128, "launch-b", List.of()),
        new Probe(Step.ACK, Long.MAX_VALUE, "launch-b", List.of(gone)),
        new Probe(Step.NACK, 0, "launch-b", List.of()),
        new Table(false, List.of()),
        new Table(true, List.of(alive(A, WireCodec.MAX_INCARNATION), suspect)),
        new News(List.of(gone)),
        new Question("launch-a", 12),
        new Answer(alive(A, 4), new Announcement(2, 1_000, Map.of("k", "v", "leer", ""))));
  }

  private static Claim alive(Launch launch, int incarnation) {
    return new Claim(launch, Status.ALIVE, incarnation, 2, Set.of());
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void everyKindArrivesAsItWasSent(WireMessage message) {
    assertThat(WireCodec.decode(WireCodec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void aMessageThatIsCutOffIsRefused(WireMessage message) {
    byte[] bytes = WireCodec.encode(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> WireCodec.decode(part)).isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void trailingBytesAreRefused(WireMessage message) {
    byte[] bytes = WireCodec.encode(message);
    assertThatThrownBy(() -> WireCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void aFlippedByteIsRefusedOrMeansAnotherWholeMessage(WireMessage message) {
    byte[] bytes = WireCodec.encode(message);
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      byte[] flipped = bytes.clone();
      flipped[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      try {
        WireMessage read = WireCodec.decode(flipped);
        assertThat(WireCodec.decode(WireCodec.encode(read))).isEqualTo(read);
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void aTableHoldsNoMoreThanItsBound() {
    Table full = new Table(false, Collections.nCopies(WireCodec.MAX_CLAIMS, alive(A, 0)));
    Table over = new Table(false, Collections.nCopies(WireCodec.MAX_CLAIMS + 1, alive(A, 0)));

    assertThat(WireCodec.decode(WireCodec.encode(full))).isEqualTo(full);
    assertThatThrownBy(() -> WireCodec.encode(over)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anIncarnationThatCouldNeverBeContradictedIsRefused() {
    byte[] bytes =
        WireCodec.encode(new Table(false, List.of(alive(A, WireCodec.MAX_INCARNATION + 1))));
    assertThatThrownBy(() -> WireCodec.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("of at most " + WireCodec.MAX_INCARNATION);
  }

  @Test
  void anAddressThatNamesNoHostIsRefused() {
    byte[] bytes = WireCodec.encode(new News(List.of(alive(launch("l", "n", "elsewhere"), 0))));
    assertThatThrownBy(() -> WireCodec.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("address");
  }
}
