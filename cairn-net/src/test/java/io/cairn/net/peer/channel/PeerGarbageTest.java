// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.LoggedWarnings;
import io.cairn.net.peer.PeerException;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.Hello;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nonsense on one connection ends that connection, and no other. */
class PeerGarbageTest extends PeerTestBed {
  private Node node;
  private Node friend;

  @BeforeEach
  void connectAFriend() throws Exception {
    node =
        node(
            "node",
            settings -> settings.limits(new PeerLimits(1 << 20, 1 << 20, 1 << 20, 100, 4, 64)));
    friend = node("friend");
    node.peers.handle(PeerStream.FORWARD, new Echo());
    assertThat(answer(friend.ask(node, "before"))).isEqualTo("friend:before");
  }

  private void assertFriendIsUnharmed() throws Exception {
    assertThat(answer(friend.ask(node, "after"))).isEqualTo("friend:after");
    assertThat(friend.peers.traffic().get(PeerStream.FORWARD).sentFrames()).isEqualTo(2);
  }

  /** What a peer may do wrong, and how that ends. */
  enum Nonsense {
    TEXT(CloseCode.TOO_BIG) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendRaw(bytes("GET / HTTP/1.1\r\n\r\n"));
      }
    },
    OVERSIZED(CloseCode.TOO_BIG) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendFrame((1 << 20) + 1, new byte[FrameHead.BYTES]);
      }
    },
    NEGATIVE_LENGTH(CloseCode.TOO_BIG) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendFrame(-1, new byte[FrameHead.BYTES]);
      }
    },
    WITHOUT_HEAD(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendFrame(FrameHead.BYTES - 1, new byte[FrameHead.BYTES]);
      }
    },
    UNKNOWN_STREAM(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(77, FrameKind.MESSAGE.code(), 0, new byte[1]);
      }
    },
    UNKNOWN_KIND(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(0, 77, 0, new byte[1]);
      }
    },
    ANSWER_TO_NOTHING(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(3, FrameKind.RESPONSE.code(), 5, new byte[1]);
      }
    },
    CREDIT_FOR_NOTHING(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(3, FrameKind.CREDIT.code(), 5, new byte[] {0, 0, 0, 1});
      }
    },
    REPEATED_ID(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(3, FrameKind.REQUEST.code(), 5, new byte[1]);
        peer.sendMessage(3, FrameKind.REQUEST.code(), 5, new byte[1]);
      }
    },
    PIECES_THAT_DO_NOT_FIT(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(3, FrameKind.PART.code(), 5, new byte[1]);
        peer.sendMessage(3, FrameKind.LAST.code(), 1, new byte[1]);
      }
    },
    MESSAGE_IN_PIECES(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendMessage(3, FrameKind.PART.code(), 2, new byte[1]);
        peer.sendMessage(3, FrameKind.LAST.code(), 0, new byte[] {FrameKind.MESSAGE.code(), 1});
      }
    },
    SECOND_HANDSHAKE(CloseCode.MALFORMED) {
      @Override
      void commit(RawPeer peer) throws IOException {
        peer.sendHello("again");
      }
    };

    private final int code;

    Nonsense(int code) {
      this.code = code;
    }

    abstract void commit(RawPeer peer) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void nonsenseEndsItsConnectionAlone(Nonsense nonsense) throws Exception {
    RawPeer peer = closing(new RawPeer(node.server, ""));
    peer.introduce("clumsy");
    nonsense.commit(peer);
    assertThat(peer.awaitClose()).isEqualTo(nonsense.code);
    assertFriendIsUnharmed();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomBytesEndTheirConnectionAlone(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] noise = new byte[100_000];
    random.nextBytes(noise);
    noise[0] = (byte) (0x70 | noise[0]); // Whatever follows: no frame is so long.
    RawPeer peer = closing(new RawPeer(node.server, ""));
    if (seed % 2 == 0) {
      peer.introduce("noisy");
    }
    try {
      peer.sendRaw(noise);
    } catch (IOException e) {
      assertThat(e).isNotNull(); // Closed while it was still talking.
    }
    peer.awaitClose();
    assertFriendIsUnharmed();
  }

  @Test
  void strangersMaySendLittleAndNothingButAHandshake() throws Exception {
    RawPeer large = closing(new RawPeer(node.server, ""));
    large.sendMessage(0, FrameKind.HANDSHAKE.code(), 0, new byte[5_000]);
    assertThat(large.awaitClose()).isIn(CloseCode.TOO_BIG, 0);
    RawPeer hasty = closing(new RawPeer(node.server, ""));
    hasty.sendMessage(3, FrameKind.REQUEST.code(), 1, new byte[1]);
    assertThat(hasty.awaitClose()).isEqualTo(CloseCode.MALFORMED);
    RawPeer lively = closing(new RawPeer(node.server, ""));
    lively.sendMessage(0, FrameKind.PING.code(), 0, new byte[0]);
    assertThat(lively.awaitClose()).isEqualTo(CloseCode.MALFORMED);
    RawPeer confused = closing(new RawPeer(node.server, ""));
    confused.sendMessage(0, FrameKind.HANDSHAKE.code(), 0, new byte[] {Hello.VERSION, 0, 1, 2});
    assertThat(confused.awaitClose()).isEqualTo(CloseCode.MALFORMED);
    RawPeer modern = closing(new RawPeer(node.server, ""));
    modern.sendMessage(0, FrameKind.HANDSHAKE.code(), 0, new byte[] {99});
    assertThat(modern.awaitClose()).isEqualTo(CloseCode.REFUSED);
    assertFriendIsUnharmed();
  }

  @Test
  void signOfLifeOfAProvenPeerIsReturnedWithoutItsPayload() throws Exception {
    RawPeer peer = closing(new RawPeer(node.server, ""));
    peer.introduce("lively");
    peer.sendMessage(0, FrameKind.PING.code(), 0, new byte[1000]);
    assertThat(peer.await(FrameKind.PONG)).hasSize(FrameHead.BYTES);
  }

  @Test
  void frameThatArrivesByteByByteIsWhole() throws Exception {
    RawPeer peer = closing(new RawPeer(node.server, ""));
    peer.introduce("slow");
    byte[] asked = bytes("hello");
    java.nio.ByteBuffer frame =
        java.nio.ByteBuffer.allocate(Integer.BYTES + FrameHead.BYTES + asked.length);
    frame.putInt(FrameHead.BYTES + asked.length);
    frame.put(PeerStream.FORWARD.code()).put(FrameKind.REQUEST.code()).putLong(1).put(asked);
    for (byte each : frame.array()) {
      peer.sendRaw(new byte[] {each});
    }
    assertThat(text(peer.await(FrameKind.RESPONSE))).endsWith("slow:hello");
  }

  @Test
  void nonsenseOfAProvenPeerIsToldOfInOneLine() throws Exception {
    node.peers.handle(
        PeerStream.CONSENSUS,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity from, byte[] payload) {
            throw new IllegalArgumentException(
                "damaged\n" + new String(payload, StandardCharsets.UTF_8));
          }
        });
    try (LoggedWarnings log = new LoggedWarnings(PeerConnection.class)) {
      RawPeer peer = closing(new RawPeer(node.server, ""));
      peer.introduce("clumsy");
      for (int i = 0; i < 20; i++) {
        peer.sendMessage(
            PeerStream.CONSENSUS.code(), FrameKind.MESSAGE.code(), 0, bytes("ERROR forged " + i));
      }
      peer.sendMessage(0, 77, 0, new byte[1]);
      peer.awaitClose();
      assertThat(log.events()).hasSize(1);
      assertThat(log.events().getFirst().getFormattedMessage())
          .contains("clumsy", "damaged?ERROR forged 0")
          .doesNotContain("\n");
      assertThat(log.events().getFirst().getThrowableProxy()).isNull();
    }
    assertFriendIsUnharmed();
  }

  @Test
  void nodeOfAnEarlierVersionIsToldSoAndLoggedOnce() throws Exception {
    try (LoggedWarnings log = new LoggedWarnings(PeerTroubles.class)) {
      for (int i = 0; i < 3; i++) {
        assertThat(upgrade("GET", "Upgrade: websocket\r\n"))
            .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
            .contains("\r\nconnection: upgrade\r\nupgrade: cairn-peer\r\n")
            .contains("Run the same version of Cairn on all nodes");
      }
      assertThat(log.events()).hasSize(1);
      assertThat(log.events().getFirst().getFormattedMessage())
          .contains("127.0.0.1", "another version of the peer protocol");
    }
    assertFriendIsUnharmed();
  }

  @Test
  void upgradeThatIsNoPlainGetIsRefusedAsRequest() throws Exception {
    String right = "Upgrade: cairn-peer\r\n";
    assertThat(upgrade("POST", right)).startsWith("HTTP/1.1 400");
    assertThat(upgrade("GET", right + "Content-Length: 1\r\n", "x")).startsWith("HTTP/1.1 400");
  }

  private String upgrade(String method, String headers) throws IOException {
    return upgrade(method, headers, "");
  }

  private String upgrade(String method, String headers, String body) throws IOException {
    try (java.net.Socket socket = new java.net.Socket()) {
      socket.connect(node.server.addresses().getFirst(), 5_000);
      socket.setSoTimeout(20_000);
      String request =
          method
              + " /core/peer HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\n"
              + headers
              + "\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void peerThatDoesNotReadIsAnsweredWithinBounds() throws Exception {
    byte[] large = new byte[100_000];
    node.peers.handle(
        PeerStream.CONTROL,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            return CompletableFuture.completedFuture(large);
          }
        });
    RawPeer peer = closing(new RawPeer(node.server, ""));
    peer.introduce("deaf");
    java.net.URI address = java.net.URI.create("http://127.0.0.1:1");
    await().atMost(PATIENCE).until(() -> node.peers.isConnected(address));
    assertThatThrownBy(
            () -> {
              for (int id = 1; ; id++) {
                peer.sendMessage(
                    PeerStream.CONTROL.code(), FrameKind.REQUEST.code(), id, new byte[1]);
              }
            })
        .isInstanceOf(IOException.class);
    await().atMost(PATIENCE).until(() -> !node.peers.isConnected(address));
    assertFriendIsUnharmed();
  }

  @Test
  void messagesToAPeerThatDoesNotReadAreDroppedAndRequestsFail() throws Exception {
    RawPeer peer = closing(new RawPeer(node.server, ""));
    peer.introduce("deaf");
    java.net.URI address = java.net.URI.create("http://127.0.0.1:1");
    await().atMost(PATIENCE).until(() -> node.peers.isConnected(address));
    for (int i = 0; i < 1_000; i++) {
      node.peers.send(address, PeerStream.APPLICATION, new byte[100_000]);
    }
    assertThat(node.peers.traffic().get(PeerStream.APPLICATION).dropped()).isPositive();
    var request = node.peers.request(address, PeerStream.CONTROL, new byte[100_000], PATIENCE);
    assertThat(request).isCompletedExceptionally();
    assertThat(failure(request))
        .isInstanceOf(PeerQueueFullException.class)
        .hasMessageContaining("too much waits");
    assertFriendIsUnharmed();
  }

  @Test
  void tooManyRequestsAreRefusedAsNotExecuted() throws Exception {
    CompletableFuture<byte[]> never = new CompletableFuture<>();
    node.peers.handle(
        PeerStream.CONTROL,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            return never;
          }
        });
    for (int i = 0; i < 100; i++) {
      var _ = friend.peers.request(node.uri, PeerStream.CONTROL, new byte[1], PATIENCE);
    }
    Throwable failure =
        failure(friend.peers.request(node.uri, PeerStream.CONTROL, new byte[1], PATIENCE));
    assertThat(failure).isInstanceOf(PeerRefusedException.class).hasMessageContaining("overloaded");
    assertThat(((PeerException) failure).isCertainlyNotExecuted()).isTrue();
    assertThat(new ExecutionException(failure)).hasCause(failure);
    never.complete(bytes("now"));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !answer(friend.ask(node, "x")).isEmpty());
  }
}
