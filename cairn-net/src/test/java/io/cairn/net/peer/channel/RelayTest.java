// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.PeerUnreachableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes that do not reach each other, and a third that both reach. */
class RelayTest extends PeerTestBed {
  private static final int QUEUE_BETWEEN = 100_000;

  /** Addresses that a and b cannot dial. */
  private final Set<URI> cut = ConcurrentHashMap.newKeySet();

  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private Node a;
  private Node b;
  private Node between;

  private final class Everything implements PeerHandler {
    private final Echo echo = new Echo();

    @Override
    public void message(PeerIdentity from, byte[] payload) {
      heard.add(from.nodeId() + ":" + text(payload));
    }

    @Override
    public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
      return text(payload).equals("fail")
          ? CompletableFuture.failedFuture(new IOException("no such luck"))
          : echo.request(from, payload);
    }

    @Override
    public InputStream download(PeerIdentity from, byte[] request) {
      return new ByteArrayInputStream(new byte[2_000_000]);
    }
  }

  @BeforeEach
  void start() throws Exception {
    a = node("a", settings -> settings.reaches(address -> !cut.contains(address)));
    b = node("b", settings -> settings.reaches(address -> !cut.contains(address)));
    between =
        node(
            "between",
            settings ->
                settings.limits(new PeerLimits(1 << 20, QUEUE_BETWEEN, 1 << 20, 100, 4, 64)));
    for (Node node : new Node[] {a, b, between}) {
      node.peers.handle(PeerStream.FORWARD, new Everything());
      node.peers.handle(PeerStream.CONSENSUS, new Everything());
    }
    cut.add(a.uri);
    cut.add(b.uri);
    assertThat(answer(a.ask(between, "x"))).isEqualTo("a:x");
    assertThat(answer(b.ask(between, "x"))).isEqualTo("b:x");
  }

  /** The first request finds out that there is no direct way. */
  private void awaitDetour(Node from, Node to) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> answer(from.ask(to, "x")).equals(from.identity.nodeId() + ":x"));
  }

  @Test
  void requestsMessagesAndDownloadsGoOverAThirdNodeInTheNameOfTheSender() throws Exception {
    awaitDetour(a, b);
    assertThat(a.peers.isConnected(b.uri)).isFalse();
    a.peers.send(b.uri, PeerStream.CONSENSUS, bytes("vote"));
    await().atMost(PATIENCE).until(() -> heard.contains("a:vote"));
    try (InputStream in =
        a.peers
            .download(b.uri, PeerStream.FORWARD, bytes("all"), PATIENCE)
            .get(20, TimeUnit.SECONDS)) {
      assertThat(in.readAllBytes()).hasSize(2_000_000);
    }
    awaitDetour(b, a);
  }

  @Test
  void refusalOverAThirdNodeSaysThatTheHandlerHasSeenTheRequest() throws Exception {
    awaitDetour(a, b);
    assertThat(failure(a.ask(b, "fail")))
        .hasMessageContaining("no such luck")
        .isInstanceOfSatisfying(
            PeerRefusedException.class,
            refusal -> assertThat(refusal.isCertainlyNotExecuted()).isFalse());
  }

  @Test
  void fullQueueAtTheThirdNodeIsToldAsSuch() throws Exception {
    awaitDetour(a, b);
    byte[] large = new byte[QUEUE_BETWEEN + 1];
    assertThat(failure(a.peers.request(b.uri, PeerStream.FORWARD, large, PATIENCE)))
        .isInstanceOf(PeerQueueFullException.class)
        .hasMessageContaining("over node between");
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
  }

  @Test
  void requestToANodeThatNobodyReachesWasCertainlyNotSent() throws Exception {
    awaitDetour(a, b);
    b.close();
    await()
        .atMost(PATIENCE)
        .until(() -> failure(a.ask(b, "x")) instanceof PeerUnreachableException);
  }

  @Test
  void directWayIsUsedAgainWhenItIsThere() throws Exception {
    awaitDetour(a, b);
    cut.clear();
    await()
        .atMost(PATIENCE)
        .until(() -> answer(a.ask(b, "x")).equals("a:x") && a.peers.isConnected(b.uri));
    assertThat(a.peers.troubles()).isEmpty();
  }

  @Test
  void nodeThatRefusesAnotherIsNotReachedBehindItsBackEither() throws Exception {
    Node strange = node("strange", settings -> settings.secret(PeerSecret.of("other")));
    assertThat(failure(a.ask(strange, "x"))).isInstanceOf(PeerUnreachableException.class);
    assertThat(failure(a.ask(strange, "x"))).isInstanceOf(PeerUnreachableException.class);
    assertThat(a.peers.troubles()).singleElement().matches(PeerTrouble::isRefusal);
  }
}
