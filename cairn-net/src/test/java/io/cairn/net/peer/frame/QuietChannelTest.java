// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTimings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signs of life of a lane that has nothing to say most of the time. */
class QuietChannelTest {
  /** What {@link EmbeddedChannel#runScheduledPendingTasks} returns if nothing is planned. */
  private static final long NOTHING_PLANNED = -1;

  private static final PeerTimings TIMINGS = PeerTimings.defaults();

  private final FrameChannel channel = new FrameChannel(TIMINGS, new Ignoring());
  private EmbeddedChannel socket;

  private static final class Ignoring implements FrameChannel.Protocol {
    @Override
    public void began(FrameChannel begun) {}

    @Override
    public void frame(FrameHead head, byte[] payload) {}

    @Override
    public void writable() {}

    @Override
    public void ended(int code, String reason) {}
  }

  @BeforeEach
  void connect() {
    socket = new EmbeddedChannel(channel);
    socket.freezeTime();
    channel.establish(new Ignoring(), 1000, false);
  }

  @AfterEach
  void close() {
    socket.finishAndReleaseAll();
  }

  private void write() {
    channel.write(new FrameHead(PeerStream.CONSENSUS, FrameKind.MESSAGE, 0), new byte[1]);
    channel.flush();
  }

  private void receive(FrameKind kind) {
    ByteBuf frame = Unpooled.buffer().writeInt(FrameHead.BYTES);
    FrameHead.ofConnection(kind, 0).write(frame);
    socket.writeInbound(frame);
  }

  private void pass(long millis) {
    socket.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    socket.runPendingTasks();
    socket.runScheduledPendingTasks();
  }

  private int written() {
    int count = 0;
    for (ByteBuf out = socket.readOutbound(); out != null; out = socket.readOutbound()) {
      count++;
      out.release();
    }
    return count;
  }

  @Test
  void laneWithoutTrafficPlansNothingAndSaysNothing() {
    pass(TIMINGS.deadAfter().toMillis() * 10);

    assertThat(socket.runScheduledPendingTasks()).isEqualTo(NOTHING_PLANNED);
    assertThat(written()).isZero();
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void laneFallsQuietAgainWhenThePeerHasShownThatItReads() {
    write();
    pass(TIMINGS.pingInterval().toMillis());
    assertThat(written()).as("the message and a ping").isEqualTo(2);
    receive(FrameKind.PONG);
    pass(TIMINGS.pingInterval().toMillis());

    assertThat(socket.runScheduledPendingTasks()).isEqualTo(NOTHING_PLANNED);
    assertThat(written()).isZero();
  }

  @Test
  void answerToPingAsksForNoAnswer() {
    receive(FrameKind.PING);

    assertThat(written()).isEqualTo(1);
    assertThat(socket.runScheduledPendingTasks()).isEqualTo(NOTHING_PLANNED);
  }

  @Test
  void peerThatShowsNoSignOfHavingReadIsGivenUp() {
    write();
    for (long passed = 0; passed <= TIMINGS.deadAfter().toMillis(); passed += 1000) {
      assertThat(socket.isOpen()).isTrue();
      pass(1000);
    }

    assertThat(socket.isOpen()).isFalse();
  }
}
