// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.Hello;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Nodes that dial each other at the same instant. */
class SimultaneousDialTest extends PeerTestBed {

  private static void askTogether(Node from, Node to, CyclicBarrier start, List<String> answers) {
    try {
      start.await(20, TimeUnit.SECONDS);
      List<CompletableFuture<byte[]>> asked = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        asked.add(from.ask(to, String.valueOf(i)));
      }
      for (CompletableFuture<byte[]> each : asked) {
        answers.add(answer(each));
      }
    } catch (Exception e) {
      answers.add(e.toString());
    }
  }

  @RepeatedTest(50)
  void oneConnectionSurvivesAndNothingIsLost() throws Exception {
    Node a = node("a");
    Node b = node("b");
    BlockingQueue<PeerIdentity> disconnected = new LinkedBlockingQueue<>();
    a.peers.onDisconnect(disconnected::add);
    b.peers.onDisconnect(disconnected::add);
    a.peers.handle(PeerStream.FORWARD, new Echo());
    b.peers.handle(PeerStream.FORWARD, new Echo());
    CyclicBarrier start = new CyclicBarrier(2);
    List<String> toB = new ArrayList<>();
    List<String> toA = new ArrayList<>();
    Thread fromA = Thread.ofVirtual().start(() -> askTogether(a, b, start, toB));
    Thread fromB = Thread.ofVirtual().start(() -> askTogether(b, a, start, toA));
    fromA.join();
    fromB.join();
    assertThat(toB).hasSize(20).allMatch(answer -> answer.startsWith("a:"));
    assertThat(toA).hasSize(20).allMatch(answer -> answer.startsWith("b:"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(a.peers.acceptedConnections() + b.peers.acceptedConnections())
                    .isEqualTo(1));
    assertThat(disconnected).isEmpty();
  }

  @Test
  void threeNodesThatAllTalkToEachOtherHaveThreeConnections() throws Exception {
    List<Node> nodes = List.of(node("a"), node("b"), node("c"));
    nodes.forEach(each -> each.peers.handle(PeerStream.FORWARD, new Echo()));
    List<CompletableFuture<byte[]>> asked = new ArrayList<>();
    for (Node from : nodes) {
      for (Node to : nodes) {
        if (from != to) {
          asked.add(from.ask(to, "x"));
        }
      }
    }
    for (CompletableFuture<byte[]> each : asked) {
      assertThat(answer(each)).endsWith(":x");
    }
    await()
        .atMost(PATIENCE)
        .until(() -> nodes.stream().mapToInt(each -> each.peers.acceptedConnections()).sum() == 3);
  }

  @Test
  void anotherNameOfThePeerUsesTheSameConnection() throws Exception {
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(PeerStream.FORWARD, new Echo());
    assertThat(answer(a.ask(b, "1"))).isEqualTo("a:1");
    var alias = URI.create("http://localhost:" + b.uri.getPort());
    assertThat(answer(a.peers.request(alias, PeerStream.FORWARD, bytes("2"), PATIENCE)))
        .isEqualTo("a:2");
    await().atMost(PATIENCE).until(() -> b.peers.acceptedConnections() == 1);
    assertThat(a.peers.identity(alias)).contains(b.identity);
  }

  @Test
  void newDialReplacesTheConnectionThatThePeerHasLostAndNoOther() throws Exception {
    Node node = node("node");
    URI address = URI.create("http://127.0.0.1:1");
    byte[] first = bytes("1".repeat(Hello.NONCE_BYTES));
    byte[] second = bytes("2".repeat(Hello.NONCE_BYTES));
    RawPeer lost = closing(new RawPeer(node.server, ""));
    lost.prove("peer", first, new byte[Hello.NONCE_BYTES]);
    await().atMost(PATIENCE).until(() -> node.peers.isConnected(address));
    RawPeer late = closing(new RawPeer(node.server, ""));
    late.prove("peer", second, new byte[Hello.NONCE_BYTES]);
    assertThat(late.awaitClose()).isEqualTo(CloseCode.DUPLICATE);
    assertThat(node.peers.isConnected(address)).isTrue();
    RawPeer again = closing(new RawPeer(node.server, ""));
    again.prove("peer", second, first);
    assertThat(again.readFrame(20_000)[1]).isEqualTo(FrameKind.HANDSHAKE.code());
    assertThat(lost.awaitClose()).isEqualTo(CloseCode.DUPLICATE);
    assertThat(node.peers.isConnected(address)).isTrue();
  }
}
