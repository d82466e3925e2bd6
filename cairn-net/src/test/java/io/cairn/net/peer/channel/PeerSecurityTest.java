// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.cairn.net.LoggedWarnings;
import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTimings;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.Hello;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is accepted as a peer, and what those hear who are not. */
@Isolated("looks at what all log")
class PeerSecurityTest extends PeerTestBed {

  private Node listening(String name, UnaryOperator<PeerSettingsBuilder> settings)
      throws Exception {
    Node node = node(name, settings);
    node.peers.handle(PeerStream.FORWARD, new Echo());
    return node;
  }

  private static UnaryOperator<PeerSettingsBuilder> secret(String value) {
    return settings -> settings.secret(PeerSecret.of(value.equals("none") ? null : value));
  }

  private static PeerSettingsBuilder remote(PeerSettingsBuilder settings) {
    return settings.loopback(address -> false);
  }

  @Test
  void nodesWithTheSameSecretConnectFromAnywhere() throws Exception {
    Node a = listening("a", settings -> remote(settings).secret(PeerSecret.of("s3cret")));
    Node b = listening("b", settings -> remote(settings).secret(PeerSecret.of("s3cret")));
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
    assertThat(answer(b.ask(a, "x"))).isEqualTo("b:x");
  }

  @ParameterizedTest
  @CsvSource({"right, wrong", "right, none", "none, right"})
  void nodesWithDifferentSecretsRefuseEachOtherAndSayWhatToSet(String one, String other)
      throws Exception {
    Node a = listening("a", secret(one));
    Node b = listening("b", secret(other));
    for (Throwable failure : List.of(failure(a.ask(b, "x")), failure(b.ask(a, "x")))) {
      assertThat(failure)
          .isInstanceOf(PeerUnreachableException.class)
          .hasMessageContaining("clusterSecret");
    }
    assertThat(a.peers.isConnected(b.uri)).isFalse();
    assertThat(b.peers.isConnected(a.uri)).isFalse();
    assertThat(b.peers.traffic().get(PeerStream.FORWARD).receivedFrames()).isZero();
  }

  @Test
  void secretIsRequiredEvenWhereEveryPeerWouldDo() throws Exception {
    Node a =
        listening("a", settings -> settings.secret(PeerSecret.of("right")).insecurePeers(true));
    Node b = listening("b", settings -> settings.insecurePeers(true));
    assertThat(failure(b.ask(a, "x"))).isInstanceOf(PeerUnreachableException.class);
  }

  @Test
  void withoutSecretOnlyThisMachineIsAccepted() throws Exception {
    Node a = listening("a", settings -> settings);
    Node b = listening("b", settings -> settings);
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
    Node strict = listening("strict", PeerSecurityTest::remote);
    assertThat(failure(a.ask(strict, "x")))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("clusterSecret")
        .hasMessageContaining("insecurePeers");
    assertThat(failure(strict.ask(a, "x")))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("clusterSecret");
  }

  @Test
  void insecurePeersAcceptsAnybody() throws Exception {
    Node a = listening("a", settings -> remote(settings).insecurePeers(true));
    Node b = listening("b", settings -> remote(settings).insecurePeers(true));
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
  }

  @Test
  void refusalIsLoggedOnceOnEachSide() throws Exception {
    try (LoggedWarnings log = new LoggedWarnings(PeerTroubles.class)) {
      Node a = listening("a", secret("one"));
      Node b = listening("b", secret("two"));
      for (int i = 0; i < 3; i++) {
        assertThat(failure(a.ask(b, "x"))).isInstanceOf(PeerUnreachableException.class);
      }
      await().atMost(PATIENCE).until(() -> log.events().size() >= 2);
      assertThat(a.peers.troubles())
          .singleElement()
          .matches(PeerTrouble::isRefusal)
          .extracting(PeerTrouble::reason, STRING)
          .contains("set the same clusterSecret");
      assertThat(log.events())
          .extracting(ILoggingEvent::getFormattedMessage)
          .hasSize(2)
          .anyMatch(text -> text.startsWith("Refused the peer at"))
          .anyMatch(text -> text.startsWith("Cannot connect with the peer at"));
      assertThat(log.events().toString()).doesNotContain("one").doesNotContain("two");
    }
  }

  @Test
  void proofIsGoodForOneRoleAndOneConnectionOnly() {
    PeerSecret secret = new PeerSecret("secret");
    byte[] one = bytes("one");
    byte[] two = bytes("two");
    byte[] proof = PeerProof.of(secret, PeerProof.Role.DIALER, one, two);
    assertThat(PeerProof.of(secret, PeerProof.Role.DIALER, one, two)).isEqualTo(proof);
    assertThat(PeerProof.of(secret, PeerProof.Role.ACCEPTOR, one, two)).isNotEqualTo(proof);
    assertThat(PeerProof.of(secret, PeerProof.Role.DIALER, two, one)).isNotEqualTo(proof);
    assertThat(PeerProof.of(secret, PeerProof.Role.DIALER, bytes("onet"), bytes("wo")))
        .isNotEqualTo(proof);
    assertThat(PeerProof.of(new PeerSecret("other"), PeerProof.Role.DIALER, one, two))
        .isNotEqualTo(proof);
  }

  @Test
  void connectionThatProvesNothingEnds() throws Exception {
    PeerTimings quick =
        new PeerTimings(
            java.time.Duration.ofSeconds(2),
            java.time.Duration.ofMillis(200),
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofSeconds(3),
            java.time.Duration.ofMillis(100),
            java.time.Duration.ofSeconds(1));
    Node a = listening("a", settings -> settings.timings(quick));
    RawPeer stranger = closing(new RawPeer(a.server, ""));
    assertThat(stranger.status()).startsWith("HTTP/1.1 101");
    assertThat(stranger.awaitClose()).isEqualTo(CloseCode.TIMED_OUT);
  }

  private static final PeerLimits FEW = new PeerLimits(1 << 20, 1 << 20, 1 << 20, 100, 4, 2);

  @Test
  void oldestThatSaysNothingMakesWayForTheNext() throws Exception {
    Node a = listening("a", settings -> settings.limits(FEW));
    RawPeer first = closing(new RawPeer(a.server, ""));
    RawPeer second = closing(new RawPeer(a.server, ""));

    RawPeer third = closing(new RawPeer(a.server, ""));

    assertThat(third.status()).startsWith("HTTP/1.1 101");
    assertThat(first.awaitClose()).isEqualTo(CloseCode.TIMED_OUT);
    third.introduce("third");
    second.introduce("second");
  }

  @Test
  void whoeverSaysWhoItIsKeepsItsPlaceHoweverManySayNothing() throws Exception {
    Node a = listening("a", settings -> settings.limits(FEW));
    RawPeer honest = closing(new RawPeer(a.server, ""));
    honest.sendHello("honest", new byte[Hello.NONCE_BYTES]);
    honest.readFrame(TimeUnit.SECONDS.toMillis(20));
    for (int i = 0; i < 10; i++) {
      closing(new RawPeer(a.server, ""));
    }

    honest.sendMessage(0, FrameKind.HANDSHAKE.code(), 0, new byte[Hello.NONCE_BYTES]);

    assertThat(honest.readFrame(TimeUnit.SECONDS.toMillis(20))[1])
        .isEqualTo(FrameKind.HANDSHAKE.code());
  }

  @Test
  void whoeverKnocksWithTheSecretKeepsItsPlaceHoweverManyStrangersGreet() throws Exception {
    Node a = listening("a", settings -> secret("right").apply(settings).limits(FEW));
    String knock = Knock.of(new PeerSecret("right"), new Random(1));
    RawPeer expected = closing(new RawPeer(a.server, Knock.HEADER + ": " + knock + "\r\n"));
    String wrong = Knock.of(new PeerSecret("wrong"), new Random(1));
    RawPeer stranger = closing(new RawPeer(a.server, Knock.HEADER + ": " + wrong + "\r\n"));

    for (int i = 0; i < 10; i++) {
      closing(new RawPeer(a.server, Knock.HEADER + ": nonsense\r\n"));
    }

    assertThat(stranger.awaitClose()).isEqualTo(CloseCode.TIMED_OUT);
    expected.sendHello("expected", true);
    assertThat(expected.readFrame(TimeUnit.SECONDS.toMillis(20))[1])
        .isEqualTo(FrameKind.HANDSHAKE.code());
  }

  @Test
  void rightSecretGetsInWhileStrangersComeAgainAndAgain() throws Exception {
    Node a = listening("a", settings -> secret("right").apply(settings).limits(FEW));
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> strangers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      strangers.add(Thread.ofVirtual().start(() -> comeAgain(a, over)));
    }
    try {
      for (int i = 0; i < 5; i++) {
        Node peer = listening("peer" + i, secret("right"));
        assertThat(answer(peer.ask(a, "x"))).isEqualTo("peer" + i + ":x");
      }
    } finally {
      over.set(true);
      for (Thread stranger : strangers) {
        stranger.join();
      }
    }
  }

  /** Opens the peer channel, says nothing, and comes again when it is closed. */
  private static void comeAgain(Node node, AtomicBoolean over) {
    while (!over.get()) {
      try (RawPeer stranger = new RawPeer(node.server, "")) {
        stranger.awaitClose(TimeUnit.SECONDS.toMillis(1));
      } catch (IOException e) {
        assertThat(e).as("sent away in the middle of a word").isNotNull();
      }
    }
  }

  @Test
  void pagesInABrowserCannotPoseAsPeers() throws Exception {
    Node a = listening("a", settings -> settings);
    RawPeer page = closing(new RawPeer(a.server, "Origin: http://evil.example\r\n"));
    assertThat(page.status()).startsWith("HTTP/1.1 403");
  }

  @Test
  void whatAProxyForwardsIsNotLocal() throws Exception {
    Node a = listening("a", settings -> settings);
    RawPeer proxied = closing(new RawPeer(a.server, "X-Forwarded-For: 203.0.113.7\r\n"));
    assertThat(proxied.status()).startsWith("HTTP/1.1 101");
    proxied.sendHello("stranger");
    assertThat(proxied.awaitClose()).isEqualTo(CloseCode.REFUSED);
    RawPeer direct = closing(new RawPeer(a.server, ""));
    direct.sendHello("neighbour");
    assertThat(direct.readFrame(TimeUnit.SECONDS.toMillis(20))[1])
        .isEqualTo(FrameKind.HANDSHAKE.code());
  }
}
