// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerException;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.net.peer.PeerTimings;
import io.cairn.net.peer.PeerTraffic;
import io.cairn.net.peer.PeerUnreachableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What two nodes that trust each other can say to each other. */
class PeerExchangeTest extends PeerTestBed {

  @Test
  void requestsAreAnsweredInBothDirectionsOverOneConnection() throws Exception {
    Node a = node("a");
    Node b = node("b");
    a.peers.handle(PeerStream.FORWARD, new Echo());
    b.peers.handle(PeerStream.FORWARD, new Echo());
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
    assertThat(answer(b.ask(a, "y"))).isEqualTo("b:y");
    assertThat(a.peers.identity(b.uri)).contains(b.identity);
    assertThat(b.peers.identity(a.uri)).contains(a.identity);
    assertThat(a.peers.isConnected(URI.create(b.uri + "/core/peer?x"))).isTrue();
  }

  @Test
  void emptyAndLargePayloadsArriveWhole() throws Exception {
    Node a = node("a");
    Node b = node("b");
    PeerHandler mirror =
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            return CompletableFuture.completedFuture(payload);
          }
        };
    a.peers.handle(PeerStream.FORWARD, mirror);
    b.peers.handle(PeerStream.FORWARD, mirror);
    for (int size : new int[] {0, 1, 115, 116, 1000, 65_525, 65_526, 70_001, 20_000_003}) {
      byte[] payload = new byte[size];
      new Random(size).nextBytes(payload);
      for (var answer :
          List.of(
              a.peers.request(b.uri, PeerStream.FORWARD, payload, PATIENCE),
              b.peers.request(a.uri, PeerStream.FORWARD, payload, PATIENCE))) {
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(payload);
      }
    }
  }

  @Test
  void messagesOfAStreamArriveInOrder() throws Exception {
    Node a = node("a");
    Node b = node("b");
    List<Integer> arrived = Collections.synchronizedList(new ArrayList<>());
    List<Integer> sent = new ArrayList<>();
    b.peers.handle(
        PeerStream.CONSENSUS,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity from, byte[] payload) {
            arrived.add(Integer.valueOf(text(payload)));
          }
        });
    for (int i = 0; i < 20_000; i++) {
      sent.add(i);
      a.peers.send(b.uri, PeerStream.CONSENSUS, bytes(String.valueOf(i)));
    }
    await().atMost(PATIENCE).until(() -> arrived.size() == sent.size());
    assertThat(arrived).isEqualTo(sent);
    PeerTraffic sending = a.peers.traffic().get(PeerStream.CONSENSUS);
    PeerTraffic receiving = b.peers.traffic().get(PeerStream.CONSENSUS);
    assertThat(sending.sentFrames()).isEqualTo(20_000);
    assertThat(receiving.receivedFrames()).isEqualTo(20_000);
    assertThat(receiving.receivedBytes()).isEqualTo(sending.sentBytes());
    assertThat(sending.dropped()).isZero();
  }

  @Test
  void failureOfTheHandlerReachesTheCaller() throws Exception {
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(
        PeerStream.FORWARD,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            return CompletableFuture.failedFuture(new IllegalStateException("not today"));
          }
        });
    Throwable failure = failure(a.ask(b, "x"));
    assertThat(failure).isInstanceOf(PeerRefusedException.class).hasMessageContaining("not today");
    assertThat(((PeerException) failure).isCertainlyNotExecuted()).isFalse();
  }

  /** Answers when the test says so; tells who waits. */
  private static final class Slow implements PeerHandler {
    final BlockingQueue<BooleanSupplier> abandoned = new LinkedBlockingQueue<>();
    final BlockingQueue<CompletableFuture<byte[]>> answers = new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<byte[]> request(
        PeerIdentity from, byte[] payload, BooleanSupplier gone) {
      CompletableFuture<byte[]> answer = new CompletableFuture<>();
      answers.add(answer);
      abandoned.add(gone);
      return answer;
    }
  }

  @Test
  void requestThatIsTakenBackIsAbandonedThereAndItsLateAnswerHarmsNothing() throws Exception {
    Node a = node("a");
    Node b = node("b");
    Slow slow = new Slow();
    b.peers.handle(PeerStream.FORWARD, slow);
    CompletableFuture<byte[]> first = a.ask(b, "first");
    CompletableFuture<byte[]> second = a.ask(b, "second");
    BooleanSupplier firstGone = taken(slow.abandoned);
    BooleanSupplier secondGone = taken(slow.abandoned);

    first.cancel(true);

    await().atMost(PATIENCE).until(firstGone::getAsBoolean);
    assertThat(secondGone.getAsBoolean()).isFalse();
    taken(slow.answers).complete(bytes("late"));
    taken(slow.answers).complete(bytes("in time"));
    assertThat(answer(second)).isEqualTo("in time");
  }

  @Test
  void requestIsWithdrawnOnlyWhileItWasNotSent() throws Exception {
    Node a = node("a");
    Node b = node("b");
    Slow slow = new Slow();
    b.peers.handle(PeerStream.FORWARD, slow);
    CompletableFuture<byte[]> sent = a.ask(b, "x");
    var _ = taken(slow.abandoned);
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<byte[]> waiting =
          a.peers.request(
              URI.create("http://127.0.0.1:" + mute.getLocalPort()),
              PeerStream.FORWARD,
              bytes("x"),
              PATIENCE);

      a.peers.withdraw(waiting);
      a.peers.withdraw(sent);

      assertThat(waiting).isCompletedExceptionally();
      assertThat(failure(waiting)).isInstanceOf(PeerUnreachableException.class);
    }
    taken(slow.answers).complete(bytes("done"));
    assertThat(answer(sent)).isEqualTo("done");
  }

  @Test
  void whatALostPeerHasAskedForIsAbandoned() throws Exception {
    Node a = node("a");
    Node b = node("b");
    Slow slow = new Slow();
    b.peers.handle(PeerStream.FORWARD, slow);
    var _ = a.ask(b, "x");
    BooleanSupplier gone = taken(slow.abandoned);
    assertThat(gone.getAsBoolean()).isFalse();

    a.peers.close();

    await().atMost(PATIENCE).until(gone::getAsBoolean);
  }

  private static <T> T taken(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Test
  void requestToAStreamWithoutHandlerIsRefusedAsNotExecuted() throws Exception {
    Node a = node("a");
    Node b = node("b");
    Throwable failure = failure(a.ask(b, "x"));
    assertThat(failure).isInstanceOf(PeerRefusedException.class);
    assertThat(((PeerException) failure).isCertainlyNotExecuted()).isTrue();
  }

  @Test
  void requestWithoutAnswerTimesOutAsUnknownAndItsLateAnswerHarmsNothing() throws Exception {
    Node a = node("a");
    Node b = node("b");
    CompletableFuture<byte[]> late = new CompletableFuture<>();
    b.peers.handle(
        PeerStream.FORWARD,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            return text(payload).equals("late") ? late : CompletableFuture.completedFuture(payload);
          }
        });
    assertThat(answer(a.ask(b, "warm"))).isEqualTo("warm");
    var unanswered =
        a.peers.request(b.uri, PeerStream.FORWARD, bytes("late"), Duration.ofMillis(100));
    assertThat(failure(unanswered)).isInstanceOf(PeerTimeoutException.class);
    late.complete(bytes("too late"));
    assertThat(answer(a.ask(b, "next"))).isEqualTo("next");
  }

  @Test
  void deadAddressIsUnreachableAtOnceAndMessagesToItAreCounted() throws Exception {
    Node a = node("a");
    Node gone = node("gone");
    gone.close();
    a.peers.send(gone.uri, PeerStream.MEMBERSHIP, bytes("x"));
    assertThat(failure(a.ask(gone, "x"))).isInstanceOf(PeerUnreachableException.class);
    await()
        .atMost(PATIENCE)
        .until(() -> a.peers.traffic().get(PeerStream.MEMBERSHIP).dropped() == 1);
    assertThat(a.peers.isConnected(gone.uri)).isFalse();
  }

  @Test
  void nodeDoesNotConnectWithItselfAndFindsNothingWrongWithThat() throws Exception {
    AtomicLong time = new AtomicLong(); // in which each look comes long after the last
    Node a = node("a", settings -> settings.nanoTime(() -> time.addAndGet(PATIENCE.toNanos())));
    assertThat(failure(a.ask(a, "x")))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("the node itself");
    assertThat(a.peers.troubles()).isEmpty();
  }

  @Test
  void requestUnderWayWhenThePeerDiesIsOfUnknownOutcome() throws Exception {
    Node a = node("a");
    Node b = node("b");
    CountDownLatch arrived = new CountDownLatch(1);
    b.peers.handle(
        PeerStream.FORWARD,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            arrived.countDown();
            return new CompletableFuture<>();
          }
        });
    BlockingQueue<PeerIdentity> disconnected = new LinkedBlockingQueue<>();
    a.peers.onDisconnect(disconnected::add);
    var request = a.ask(b, "x");
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    b.server.close();
    assertThat(failure(request)).isInstanceOf(PeerConnectionLostException.class);
    assertThat(disconnected.poll(20, TimeUnit.SECONDS)).isEqualTo(b.identity);
  }

  @Test
  void restartedPeerIsReachedAgainAtTheSameAddress() throws Exception {
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(PeerStream.FORWARD, new Echo());
    assertThat(answer(a.ask(b, "1"))).isEqualTo("a:1");
    b.close();
    Node again = node("b", b.uri.getPort(), null, settings -> settings);
    again.peers.handle(PeerStream.FORWARD, new Echo());
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(java.util.concurrent.ExecutionException.class)
        .until(() -> answer(a.ask(again, "2")).equals("a:2"));
    assertThat(a.peers.identity(b.uri)).contains(again.identity);
  }

  @Test
  void closeSendsWhatWasQueued() throws Exception {
    Node a = node("a");
    Node b = node("b");
    AtomicLong arrived = new AtomicLong();
    b.peers.handle(
        PeerStream.APPLICATION,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity from, byte[] payload) {
            arrived.incrementAndGet();
          }
        });
    b.peers.handle(PeerStream.FORWARD, new Echo());
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
    for (int i = 0; i < 1000; i++) {
      a.peers.send(b.uri, PeerStream.APPLICATION, new byte[5_000]);
    }
    a.peers.close();
    await().atMost(PATIENCE).until(() -> arrived.get() == 1000);
  }

  @Test
  void silentPeerIsGivenUp() throws Exception {
    PeerTimings quick =
        new PeerTimings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            Duration.ofMillis(50),
            Duration.ofMillis(200));
    Node a = node("a", settings -> settings.timings(quick));
    Node b = node("b", settings -> settings.timings(quick));
    CountDownLatch wakeUp = new CountDownLatch(1);
    b.peers.handle(
        PeerStream.FORWARD,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            try {
              wakeUp.await(); // The event loop, which also answers pings.
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return new CompletableFuture<>();
          }
        });
    var request = a.ask(b, "x");
    assertThat(failure(request))
        .isInstanceOf(PeerConnectionLostException.class)
        .hasMessageContaining("nothing was heard");
    wakeUp.countDown();
  }

  @Test
  void idleConnectionStaysAlive() throws Exception {
    PeerTimings quick =
        new PeerTimings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofMillis(1_500),
            Duration.ofMillis(50),
            Duration.ofMillis(200));
    Node a = node("a", settings -> settings.timings(quick));
    Node b = node("b", settings -> settings.timings(quick));
    b.peers.handle(PeerStream.FORWARD, new Echo());
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
    BlockingQueue<PeerIdentity> disconnected = new LinkedBlockingQueue<>();
    a.peers.onDisconnect(disconnected::add);
    assertThat(disconnected.poll(3, TimeUnit.SECONDS)).isNull();
    assertThat(a.peers.isConnected(b.uri)).isTrue();
  }
}
