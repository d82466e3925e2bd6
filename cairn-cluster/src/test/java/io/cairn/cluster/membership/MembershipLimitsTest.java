// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.membership.ClusterMember.State;
import io.cairn.cluster.membership.WireMessage.Answer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.cluster.simulation.VirtualTime;
import io.cairn.net.peer.PeerLimits;
import io.cairn.wire.MalformedException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How large messages get, and what is refused because others could not take it. */
class MembershipLimitsTest {

  private static final Claim ANYBODY = new Claim(launch(1), Status.ALIVE, 0, 1, Set.of());

  /** As nodes are called and reached in a network with names. */
  private static Launch launch(int number) {
    return new Launch(
        new UUID(number, number).toString(),
        "node" + number,
        URI.create("http://node" + number + ".example.com:17171"));
  }

  private static Launch longestLaunch(int number) {
    String head = "http://a" + number + ".";
    String address = head + "b".repeat(WireCodec.MAX_NAME - head.length());
    String name = (number + "-").concat("c".repeat(WireCodec.MAX_NAME)).substring(0, 512);
    return new Launch(name, name, URI.create(address));
  }

  private static Table table(int members, IntFunction<Launch> launches) {
    List<Claim> claims = new ArrayList<>();
    for (int i = 1; i <= members; i++) {
      claims.add(new Claim(launches.apply(i), Status.ALIVE, i, 1, Set.of()));
    }
    return new Table(true, claims);
  }

  @Test
  void aTableOfNinetyMembersIsFarBelowWhatTheTransportCarries() throws Exception {
    Table ninety = table(90, MembershipLimitsTest::launch);
    byte[] bytes = WireCodec.encode(ninety);

    assertThat(bytes).hasSizeBetween(7_000, 8_000);
    assertThat(bytes.length).isLessThan(WireCodec.MAX_BYTES / 50);
    assertThat(WireCodec.MAX_BYTES).isLessThan(PeerLimits.defaults().maxFrameBytes());
    assertThat(WireCodec.decode(bytes)).isEqualTo(ninety);
  }

  @Test
  void aTableHolds1024MembersAndNoMore() throws Exception {
    Table full = table(1024, MembershipLimitsTest::launch);

    assertThat(WireCodec.decode(WireCodec.encode(full))).isEqualTo(full);
    assertThatThrownBy(() -> WireCodec.encode(table(1025, MembershipLimitsTest::launch)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a table of 1025 members, at most 1024 fit");
  }

  @Test
  void withTheLongestNamesATableHolds339MembersAndNoMore() throws Exception {
    Table full = table(339, MembershipLimitsTest::longestLaunch);

    assertThat(WireCodec.decode(WireCodec.encode(full))).isEqualTo(full);
    assertThatThrownBy(() -> WireCodec.encode(table(340, MembershipLimitsTest::longestLaunch)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 524288 are sent");
  }

  @Test
  void whatANodeSaysOfItselfTakesAHundredBytes() {
    byte[] said =
        new Announcement(
                1, 1L << 40, Map.of("number", "1", "seed", "true", "uri", "http://node1:17172"))
            .encode();
    assertThat(said).hasSizeLessThan(100);
  }

  @Test
  void metadataBeyondTheLimitAreRefusedAtTheStartAndLater() {
    MembershipSettings settings = MembershipSettings.defaults().withMaxMetadataBytes(100);
    Map<String, String> fitting = Map.of("k", "v".repeat(100 - 13 - 3));
    Map<String, String> beyond = Map.of("k", "v".repeat(100 - 13 - 2));
    SwimMembership membership = membership("n1", fitting, settings);

    assertThatThrownBy(() -> membership.updateMetadata(beyond))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metadata takes 101 bytes, but maxMetadataBytes is 100");
    assertThat(membership.self().metadata()).isEqualTo(fitting);
    assertThatThrownBy(() -> membership("n1", beyond, settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metadata takes 101 bytes, but maxMetadataBytes is 100");
    assertThatThrownBy(() -> membership.updateMetadata(Map.of("k", "v".repeat(100_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("maxMetadataBytes is 100");
  }

  @Test
  void metadataOfMoreEntriesThanOthersReadAreRefused() {
    MembershipSettings settings = MembershipSettings.defaults().withMaxMetadataBytes(65_536);
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i <= 1024; i++) {
      many.put("k" + i, "v");
    }
    assertThatThrownBy(() -> membership("n1", many, settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metadata has 1025 entries, at most 1024 can be sent");
  }

  @Test
  void theLargestMetadataThatCanBeAllowedArrive() throws Exception {
    Map<String, String> large = Map.of("k", "v".repeat(65_536 - 13 - 5 - 1));
    Answer answer = new Answer(ANYBODY, new Announcement(1, 2, large));
    Map<String, String> larger = Map.of("k", "v".repeat(60_000), "l", "v".repeat(6_000));

    assertThat(WireCodec.decode(WireCodec.encode(answer))).isEqualTo(answer);
    byte[] tooLarge = WireCodec.encode(new Answer(ANYBODY, new Announcement(1, 2, larger)));
    assertThatThrownBy(() -> WireCodec.decode(tooLarge))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("of at most 65536");
  }

  @Test
  void aNameThatNobodyWouldAcceptIsRefusedAtTheStart() {
    MembershipSettings settings = MembershipSettings.defaults();
    assertThatThrownBy(() -> membership("n".repeat(513), Map.of(), settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("a number is 513, of at most 512");
    assertThatThrownBy(() -> membership(" ", Map.of(), settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("a name is blank");
  }

  private static SwimMembership membership(
      String nodeId, Map<String, String> metadata, MembershipSettings settings) {
    URI self = URI.create("http://node1:17171");
    MembershipTransport nowhere =
        new MembershipTransport() {
          @Override
          public URI self() {
            return self;
          }

          @Override
          public void send(URI peer, byte[] message) {}

          @Override
          public void receiver(BiConsumer<URI, byte[]> receiver) {}
        };
    return new SwimMembership(
        new ClusterMember(nodeId, "launch", self, metadata, State.ALIVE),
        nowhere,
        settings,
        new SwimRuntime(
            new VirtualTimers(new VirtualTime()),
            Runnable::run,
            InstantSource.system(),
            new Random(1)));
  }
}
