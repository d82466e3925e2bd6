// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.Shards;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.Hello;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of that which waits for a connection, without sockets. */
class PeerRouteTest {
  private static final URI THERE = URI.create("http://127.0.0.1:2");
  private static final int QUEUE_BYTES = 8000;

  private final DueTimer timer = new DueTimer();
  private final Shards shards = Shards.of(1);
  private final PeerNode node = node();
  private final List<PeerRoute> dials = new CopyOnWriteArrayList<>();
  private final PeerRoute route = PeerRoute.control(node, THERE, dials::add);

  @AfterEach
  void stopTimer() {
    timer.stop();
    shards.close();
  }

  private PeerNode node() {
    PeerSettings settings =
        PeerSettings.defaults()
            .with()
            .shards(shards)
            .limits(new PeerLimits(QUEUE_BYTES, QUEUE_BYTES, 1, 1, 1, 1))
            .build();
    return new PeerNode(
        settings,
        new PeerIdentity("here", "1", URI.create("http://127.0.0.1:1")),
        new PeerNode.Handlers(),
        new PeerNode.Instruments(
            new TrafficMeter(), timer, new SplittableRandom(1), new PeerChannels(settings)));
  }

  private PeerConnection connection() {
    return connection(0, 0);
  }

  private PeerConnection connection(int lane, int shardsThere) {
    FrameChannel channel = new FrameChannel(node.settings().timings(), new Unconnected());
    var _ = new EmbeddedChannel(channel); // runs nothing unless it is told to
    return node.connection(
        channel,
        new PeerIdentity("there", "1", THERE),
        lane,
        shardsThere,
        new byte[Hello.NONCE_BYTES]);
  }

  private RequestCall offered(int bytes) {
    RequestCall call = new RequestCall(THERE, PeerStream.CONTROL);
    Outbox.Item item =
        new Outbox.Item(PeerStream.CONTROL, FrameKind.REQUEST, 0, new byte[bytes], call);
    assertThat(route.offer(item, Outbox.Urgency.NORMAL)).isEqualTo(Outbox.Offer.TAKEN);
    return call;
  }

  @Test
  void whatWaitsOutlivesConnectionThatEndedBeforeItWasUsed() {
    RequestCall call = offered(1);
    PeerConnection ended = connection();
    ended.ended(CloseCode.GOING_AWAY, "it was short");

    route.dialSucceeded(ended);

    assertThat(call.future()).isNotDone();
    assertThat(dials).hasSize(2);
    assertThat(route.connection()).isNull();
  }

  @Test
  void requestThatFindsNoRoomIsToldSo() {
    RequestCall call = offered(1);
    PeerConnection busy = connection();
    var _ = fill(busy);

    route.dialSucceeded(busy);

    assertThatThrownBy(call.future()::join).hasCauseInstanceOf(PeerQueueFullException.class);
    assertThat(route.connection()).isSameAs(busy);
  }

  /** Has the control lane connected, which takes nothing more, and a lane of the shard dialed. */
  private PeerRoute laneBesideBusyControl() {
    PeerConnection control = connection(0, 1);
    route.dialSucceeded(control);
    assertThat(message()).isEqualTo(Outbox.Offer.TAKEN);
    assertThat(dials).hasSize(1);
    var _ = fill(control);
    return dials.getFirst();
  }

  private Outbox.Offer message() {
    return route.offer(
        0, Outbox.Item.message(PeerStream.CONSENSUS, new byte[1], 1), Outbox.Urgency.URGENT);
  }

  @Test
  void whatIsForLaneThatCouldNotBeMadeDoesNotWaitWhileItIsDialedAgain() {
    PeerRoute lane = laneBesideBusyControl();

    lane.dialFailed(null, "it took too long");
    assertThat(message()).as("by the control lane").isEqualTo(Outbox.Offer.FULL);
    await().until(() -> dials.size() == 2);
    assertThat(message()).as("by the control lane").isEqualTo(Outbox.Offer.FULL);

    lane.dialSucceeded(connection(1, 1));
    assertThat(message()).as("by the lane").isEqualTo(Outbox.Offer.TAKEN);
  }

  @Test
  void whatIsForLaneDoesNotWaitForAllThatADialMayTake() {
    PeerRoute lane = laneBesideBusyControl();

    await()
        .until(() -> node.traffic().snapshot().get(PeerStream.CONSENSUS).dropped(), it -> it == 1);
    assertThat(message()).as("by the control lane").isEqualTo(Outbox.Offer.FULL);

    lane.dialSucceeded(connection(1, 1));
    assertThat(message()).as("by the lane").isEqualTo(Outbox.Offer.TAKEN);
    assertThat(dials).hasSize(1);
  }

  @Test
  void callThatEndsBecauseItsLaneCannotBeMadeMayUseTheLane() throws Exception {
    PeerRoute lane = laneBesideBusyControl();
    RequestCall call = new RequestCall(THERE, PeerStream.CONTROL);
    Outbox.Item item = new Outbox.Item(PeerStream.CONTROL, FrameKind.REQUEST, 0, new byte[1], call);
    assertThat(lane.offer(item, Outbox.Urgency.NORMAL)).isEqualTo(Outbox.Offer.TAKEN);
    CompletableFuture<Boolean> locked =
        call.future().handle((_, _) -> Thread.holdsLock(lane) || Thread.holdsLock(route));

    lane.dialFailed(null, "it took too long");

    assertThat(locked.get(20, SECONDS)).isFalse();
  }

  /** Its event loop does not run, so what it has taken stays. */
  private static int fill(PeerConnection connection) {
    int taken = -1;
    Outbox.Offer result = Outbox.Offer.TAKEN;
    while (result == Outbox.Offer.TAKEN) {
      taken++;
      result =
          connection.offer(
              new Outbox.Item(PeerStream.CONTROL, FrameKind.MESSAGE, 0, new byte[1], null),
              Outbox.Urgency.NORMAL);
    }
    return taken;
  }

  @Test
  void lanesToOnePeerShareItsQueueBytes() {
    node.roster().dialWith(dials::add);
    int first = fill(connection(0, 1));
    int second = fill(connection(1, 1));
    assertThat(second).isPositive();
    assertThat(first + second).isBetween(100, QUEUE_BYTES / 65);
  }
}
