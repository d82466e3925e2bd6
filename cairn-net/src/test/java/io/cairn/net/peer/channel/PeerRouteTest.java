// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of that which waits for a connection, without sockets. */
class PeerRouteTest {
  private static final URI THERE = URI.create("http://127.0.0.1:2");
  private static final int QUEUE_BYTES = 1000;

  private final DueTimer timer = new DueTimer();
  private final PeerNode node = node();
  private final AtomicInteger dials = new AtomicInteger();
  private final PeerRoute route = PeerRoute.control(node, THERE, again -> dials.incrementAndGet());

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  private PeerNode node() {
    PeerSettings settings =
        PeerSettings.defaults().withLimits(new PeerLimits(QUEUE_BYTES, QUEUE_BYTES, 1, 1, 1, 1));
    return new PeerNode(
        settings,
        new PeerIdentity("here", "1", URI.create("http://127.0.0.1:1")),
        new PeerNode.Handlers(),
        new PeerNode.Instruments(
            new TrafficMeter(), timer, new SplittableRandom(1), new PeerChannels(settings)));
  }

  private PeerConnection connection() {
    FrameChannel channel = new FrameChannel(node.settings().timings(), new Unconnected());
    var _ = new EmbeddedChannel(channel); // runs nothing unless it is told to
    return node.connection(
        channel, new PeerIdentity("there", "1", THERE), 0, 0, new byte[Hello.NONCE_BYTES]);
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
    assertThat(dials).hasValue(2);
    assertThat(route.connection()).isNull();
  }

  @Test
  void requestThatFindsNoRoomIsToldSo() {
    RequestCall call = offered(1);
    PeerConnection busy = connection();
    fill(busy);

    route.dialSucceeded(busy);

    assertThatThrownBy(call.future()::join).hasCauseInstanceOf(PeerQueueFullException.class);
    assertThat(route.connection()).isSameAs(busy);
  }

  /** Its event loop does not run, so what it has taken stays. */
  private static void fill(PeerConnection connection) {
    Outbox.Offer result = Outbox.Offer.TAKEN;
    while (result == Outbox.Offer.TAKEN) {
      result =
          connection.offer(
              new Outbox.Item(PeerStream.CONTROL, FrameKind.MESSAGE, 0, new byte[1], null),
              Outbox.Urgency.NORMAL);
    }
  }
}
