// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.Shards;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTimings;
import io.cairn.net.peer.frame.CloseCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The connections that shards of two nodes have with each other. */
class PeerLaneTest extends PeerTestBed {

  private Node node(String name, Shards shards) throws IOException {
    return node(name, settings -> settings.shards(shards));
  }

  /** Answers with the name of the thread that has read the request. */
  private static final class WhichThread implements PeerHandler {
    @Override
    public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
      return CompletableFuture.completedFuture(bytes(Thread.currentThread().getName()));
    }
  }

  private static CompletableFuture<byte[]> ask(Node from, Node to, int shard) {
    return from.peers.request(to.uri, PeerStream.FORWARD, shard, new byte[0], PATIENCE);
  }

  /** Awaits that a request is read by a shard. */
  private static void awaitLane(Node from, Node to, int shard, String reader) {
    await().untilAsserted(() -> assertThat(asked(from, to, shard)).startsWith(reader));
  }

  /** Has two nodes connected, on the control lane. */
  private static void connect(Node one, Node other) throws Exception {
    one.peers.handle(PeerStream.FORWARD, new WhichThread());
    other.peers.handle(PeerStream.FORWARD, new WhichThread());
    assertThat(answer(one.ask(other, "hello"))).matches("cairn-(http|peer)-.*");
    assertThat(answer(other.ask(one, "hello"))).matches("cairn-(http|peer)-.*");
  }

  private static PeerRoute route(Node from, Node to) {
    PeerNode node = Objects.requireNonNull(from.peers.node());
    return Objects.requireNonNull(node.roster().existingRoute(to.uri));
  }

  @Test
  void shardOfEachSideReadsItsLaneWhoeverHasDialed() throws Exception {
    Node one = node("one", closing(Shards.of(2)));
    Node other = node("other", closing(Shards.of(2)));
    connect(one, other);

    for (int shard = 0; shard < 2; shard++) {
      String name = "cairn-shard-" + shard + "-";
      awaitLane(one, other, shard, name);
      awaitLane(other, one, shard, name);
    }
    assertThat(one.peers.acceptedConnections() + other.peers.acceptedConnections()).isEqualTo(3);
    assertThat(answer(one.ask(other, "hello"))).matches("cairn-(http|peer)-.*");
  }

  @Test
  void thereAreAsManyLanesAsTheNodeWithFewerShardsHas() throws Exception {
    Node three = node("three", closing(Shards.of(3)));
    Node two = node("two", closing(Shards.of(2)));
    connect(three, two);

    List<String> readers = new CopyOnWriteArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      awaitLane(three, two, shard, "cairn-shard-");
      readers.add(answer(ask(three, two, shard)).substring(0, 13));
    }

    assertThat(readers).containsExactly("cairn-shard-0", "cairn-shard-1", "cairn-shard-0");
    assertThat(three.peers.acceptedConnections() + two.peers.acceptedConnections()).isEqualTo(3);
  }

  @Test
  void nodeWithoutLanesIsReachedByTheControlLane() throws Exception {
    Node two = node("two", closing(Shards.of(2)));
    Node none = node("none");
    connect(two, none);

    assertThat(answer(ask(two, none, 1))).matches("cairn-(http|peer)-.*");
    assertThat(answer(ask(none, two, 1))).matches("cairn-(http|peer)-.*");
    assertThat(two.peers.acceptedConnections() + none.peers.acceptedConnections()).isEqualTo(1);
  }

  @Test
  void messagesOfLaneThatIsCutComeInOrderAndNeverTwice() throws Exception {
    Shards shards = closing(Shards.of(1));
    // The new connection is awaited for a quarter of that, which keeps the order.
    PeerTimings patient =
        PeerTimings.defaults()
            .with(it -> it.pingInterval(PATIENCE).deadAfter(PATIENCE.multipliedBy(2)));
    Node from = node("from", settings -> settings.shards(shards).timings(patient));
    Node to = node("to", closing(Shards.of(1)));
    List<Integer> got = new CopyOnWriteArrayList<>();
    to.peers.handle(
        PeerStream.CONSENSUS,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity peer, byte[] payload) {
            got.add(Integer.valueOf(text(payload)));
          }
        });
    connect(from, to);
    awaitLane(from, to, 0, "cairn-shard-0");
    AtomicInteger sent = new AtomicInteger();
    List<PeerConnection> cut = new CopyOnWriteArrayList<>();

    for (int round = 0; round < 5; round++) {
      PeerConnection lane =
          await().until(() -> route(from, to).laneConnection(1), Objects::nonNull);
      cut.add(lane);
      int before = sent.get();
      for (int i = 0; i < 200; i++) {
        shards.loop(0).execute(() -> send(from, to, sent));
        if (i == 100) {
          lane.close(CloseCode.GOING_AWAY, "the test cuts it");
        }
      }
      await()
          .untilAsserted(
              () -> {
                send(from, to, sent);
                assertThat(got)
                    .last()
                    .satisfies(last -> assertThat(last).isGreaterThan(before + 200));
              });
    }

    assertThat(got).isSorted().doesNotHaveDuplicates();
    assertThat(cut).doesNotHaveDuplicates();
    assertThat(from.peers.isConnected(to.uri)).isTrue();
  }

  /** The numbers are given in the order of sending. */
  private static void send(Node from, Node to, AtomicInteger sent) {
    synchronized (sent) {
      byte[] number = bytes(Integer.toString(sent.incrementAndGet()));
      from.peers.send(to.uri, PeerStream.CONSENSUS, 0, ByteBuffer.wrap(number));
    }
  }

  @Test
  void shardThatWaitsForItsDiskDelaysNeitherTheControlLaneNorOthers() throws Exception {
    Node one = node("one", closing(Shards.of(2)));
    Shards slow = closing(Shards.of(2));
    Node other = node("other", slow);
    connect(one, other);
    awaitLane(one, other, 0, "cairn-shard-0");
    awaitLane(one, other, 1, "cairn-shard-1");
    CountDownLatch disk = new CountDownLatch(1);
    CountDownLatch hangs = new CountDownLatch(1);
    slow.loop(0)
        .execute(
            () -> {
              hangs.countDown();
              awaitIt(disk);
            });
    awaitIt(hangs);

    CompletableFuture<byte[]> blocked = ask(one, other, 0);
    assertThat(answer(one.ask(other, "hello"))).matches("cairn-(http|peer)-.*");
    assertThat(answer(other.ask(one, "hello"))).matches("cairn-(http|peer)-.*");
    awaitLane(one, other, 1, "cairn-shard-1");
    assertThat(blocked).isNotDone();
    disk.countDown();
    assertThat(answer(blocked)).startsWith("cairn-shard-0");
  }

  @Test
  void requestDoesNotWaitForTheShardOfTheNodeThatAsks() throws Exception {
    Shards slow = closing(Shards.of(1));
    Node one = node("one", slow);
    Node other = node("other", closing(Shards.of(1)));
    connect(one, other);
    awaitLane(one, other, 0, "cairn-shard-0");
    CountDownLatch disk = new CountDownLatch(1);
    slow.loop(0).execute(() -> awaitIt(disk));

    List<CompletableFuture<byte[]>> asked = new CopyOnWriteArrayList<>();
    await()
        .untilAsserted(
            () -> {
              asked.add(ask(one, other, 0));
              assertThat(asked).anyMatch(CompletableFuture::isDone);
            });
    disk.countDown();
    for (CompletableFuture<byte[]> each : asked) {
      assertThat(answer(each)).startsWith("cairn-");
    }
    awaitLane(one, other, 0, "cairn-shard-0");
  }

  private static void awaitIt(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatLaneCannotCarryGoesByTheControlLane() throws Exception {
    AtomicBoolean reachable = new AtomicBoolean(true);
    Shards shards = closing(Shards.of(1));
    Node one = node("one", it -> it.shards(shards).reaches(peer -> reachable.get()));
    Node other = node("other", closing(Shards.of(1)));
    connect(one, other);

    reachable.set(false); // What is connected stays, and nothing more is dialed.
    assertThat(answer(ask(one, other, 0))).matches("cairn-(http|peer)-.*");
    assertThat(one.peers.troubles()).isEmpty();
    reachable.set(true);
    await().untilAsserted(() -> assertThat(asked(one, other, 0)).startsWith("cairn-shard-0"));
  }

  @Test
  void endOfLaneIsNoEndOfTheConnectionWithThePeer() throws Exception {
    Node one = node("one", closing(Shards.of(1)));
    Node other = node("other", closing(Shards.of(1)));
    List<PeerIdentity> gone = new CopyOnWriteArrayList<>();
    one.peers.onDisconnect(gone::add);
    connect(one, other);
    awaitLane(one, other, 0, "cairn-shard-0");

    PeerConnection lane =
        await().until(() -> route(one, other).laneConnection(1), Objects::nonNull);
    lane.close(CloseCode.GOING_AWAY, "the test cuts it");
    await().until(() -> route(one, other).laneConnection(1) != lane);

    awaitLane(one, other, 0, "cairn-shard-0");
    assertThat(gone).isEmpty();
    other.close();
    await().until(() -> !gone.isEmpty());
    assertThat(gone).containsExactly(other.identity);
  }

  @Test
  void restartedPeerIsReachedByLanesAgain() throws Exception {
    Node one = node("one", closing(Shards.of(2)));
    Node other = node("other", closing(Shards.of(2)));
    connect(one, other);
    awaitLane(one, other, 1, "cairn-shard-1");
    int port = other.uri.getPort();
    other.close();

    Shards fewer = closing(Shards.of(1));
    Node again = node("other", port, null, settings -> settings.shards(fewer));
    again.peers.handle(PeerStream.FORWARD, new WhichThread());

    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(IntStream.range(0, 2).mapToObj(shard -> asked(one, again, shard)))
                    .allMatch(name -> name.startsWith("cairn-shard-0")));
  }

  private static String asked(Node from, Node to, int shard) {
    try {
      return answer(ask(from, to, shard));
    } catch (Exception e) {
      return e.toString();
    }
  }
}
