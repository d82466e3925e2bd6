// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.MetadataAnswer;
import io.cairn.cluster.membership.WireMessage.MetadataRequest;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.ProbeKind;
import io.cairn.cluster.membership.WireMessage.Route;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.cluster.membership.WireMessage.Verdict;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireCodecTest {

  private static final Launch A = new Launch("launch-a", "node-a", "http://a:8000");
  private static final Launch B = new Launch("launch-b", "Knoten-ä", "https://[::1]:8443");
  private static final Launch C = new Launch("launch-c", "node-c", "http://c:80");

  private static List<WireMessage> everyKind() {
    return List.of(
        new Probe(ProbeKind.PING, "c1", new Route(A, B, null), null),
        new Probe(ProbeKind.PING, "c1", new Route(A, B, C), null),
        new Probe(ProbeKind.PING_REQUEST, "c1", new Route(A, B, null), null),
        new Probe(ProbeKind.ACKNOWLEDGEMENT, "c1", new Route(A, B, null), Verdict.REACHED),
        new Probe(ProbeKind.ACKNOWLEDGEMENT, "c1", new Route(A, B, C), Verdict.GONE),
        new Table(false, null, List.of()),
        new Table(true, "c2", List.of(alive(A, 0), new Claim(B, MemberStatus.SUSPECT, 7))),
        new News("launch-a", "launch-b", 42, new Claim(C, MemberStatus.LEAVING, 3)),
        new MetadataRequest("c3", A),
        new MetadataAnswer("c3", A, new Announcement(2, 1_000, Map.of("k", "v", "leer", ""))));
  }

  private static Claim alive(Launch launch, int incarnation) {
    return new Claim(launch, MemberStatus.ALIVE, incarnation);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void everyKindArrivesAsItWasSent(WireMessage message) throws MalformedMessageException {
    assertThat(WireCodec.decode(WireCodec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void everyKindGoesThroughTheLibrary(WireMessage message) throws MalformedMessageException {
    LibraryMessages messages = new LibraryMessages();
    Message library = messages.toLibrary(message, "http://sender:1");

    assertThat(library.sender()).isEqualTo("http://sender:1");
    assertThat(messages.fromLibrary(library)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void aMessageThatIsCutOffIsRefused(WireMessage message) {
    byte[] bytes = WireCodec.encode(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> WireCodec.decode(part))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void trailingBytesAreRefused(WireMessage message) {
    byte[] bytes = WireCodec.encode(message);
    assertThatThrownBy(() -> WireCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(MalformedMessageException.class);
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
      } catch (MalformedMessageException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void deathIsNeverSent() {
    Table dead = new Table(false, null, List.of(new Claim(A, MemberStatus.DEAD, 0)));
    assertThatThrownBy(() -> WireCodec.encode(dead)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTableHoldsNoMoreThanItsBound() throws MalformedMessageException {
    Table full = new Table(false, null, Collections.nCopies(WireCodec.MAX_CLAIMS, alive(A, 0)));
    Table over =
        new Table(false, null, Collections.nCopies(WireCodec.MAX_CLAIMS + 1, alive(A, 0)));

    assertThat(WireCodec.decode(WireCodec.encode(full))).isEqualTo(full);
    assertThatThrownBy(() -> WireCodec.encode(over)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anIncarnationThatCouldNeverBeContradictedIsRefused() {
    byte[] bytes =
        WireCodec.encode(new Table(false, null, List.of(alive(A, WireCodec.MAX_INCARNATION + 1))));
    assertThatThrownBy(() -> WireCodec.decode(bytes))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("incarnation");
  }

  @Test
  void anAddressThatNamesNoHostIsRefused() {
    byte[] bytes = WireCodec.encode(new MetadataRequest("c", new Launch("l", "n", "elsewhere")));
    assertThatThrownBy(() -> WireCodec.decode(bytes))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("address");
  }
}
