// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.Hello;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two nodes that dial each other, in orders that are chosen and not left to threads. */
class PeerRosterTest {
  /** Of each dial: it learns whom it reached, its proof arrives, the proof of the other arrives. */
  private static final int STEPS = 3;

  private final DueTimer timer = new DueTimer();
  private final List<PeerIdentity> disconnected = new ArrayList<>();
  private PeerNode smaller;
  private PeerNode larger;

  @BeforeEach
  void makeNodes() {
    smaller = node("1");
    larger = node("2");
  }

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  private PeerNode node(String launch) {
    PeerNode.Handlers handlers = new PeerNode.Handlers();
    handlers.disconnects().add(disconnected::add);
    return new PeerNode(
        PeerSettings.defaults(),
        new PeerIdentity("node" + launch, launch, URI.create("http://127.0.0.1:" + launch)),
        handlers,
        new PeerNode.Instruments(
            new TrafficMeter(),
            timer,
            new SplittableRandom(1),
            new PeerChannels(PeerSettings.defaults())));
  }

  /** A dial, step by step, without sockets. */
  private static final class Dial {
    private final PeerNode from;
    private final PeerNode to;
    private final byte[] name = new byte[Hello.NONCE_BYTES];
    private final DialerHandshake handshake;
    private int step;
    private PeerRoster.@Nullable DialVerdict verdict;
    private @Nullable PeerConnection accepted;
    private @Nullable PeerConnection dialed;

    Dial(PeerNode from, PeerNode to, int name) {
      this.from = from;
      this.to = to;
      Arrays.fill(this.name, (byte) name);
      PeerRoute route = PeerRoute.control(from, to.self().address(), again -> {});
      this.handshake = new DialerHandshake(from, new DialAttempt(route), false);
    }

    void next() {
      switch (step++) {
        case 0 -> verdict = from.roster().dialReached(handshake, to.self());
        case 1 -> prove();
        default -> conclude();
      }
    }

    private void prove() {
      if (verdict instanceof PeerRoster.DialVerdict.GoOn goOn) {
        PeerConnection connection = connection(to, from);
        if (to.roster().accept(connection, goOn.known())) {
          accepted = connection;
        }
      }
    }

    private void conclude() {
      PeerConnection connection = connection(from, to);
      if (accepted == null) {
        from.roster().dialEnded(handshake, to.self());
      } else if (from.roster().dialed(handshake, connection)) {
        dialed = connection;
      } else {
        to.roster().ended(accepted, "the other dial has won");
      }
    }

    private PeerConnection connection(PeerNode at, PeerNode with) {
      FrameChannel channel = new FrameChannel(at.settings().timings(), new Unconnected());
      return at.connection(channel, with.self(), 0, 0, name);
    }
  }

  /** Returns all orders of the steps of two dials: one bit for each step, whose it is. */
  static IntStream orders() {
    return IntStream.range(0, 1 << (2 * STEPS)).filter(bits -> Integer.bitCount(bits) == STEPS);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void bothNodesKeepTheSameConnectionInEveryOrderOfTheStepsOfTwoDials(int order) {
    Dial up = new Dial(smaller, larger, 1);
    Dial down = new Dial(larger, smaller, 2);
    for (int i = 0; i < 2 * STEPS; i++) {
      Dial turn = (order >> i & 1) == 0 ? up : down;
      turn.next();
    }
    List<PeerConnection> atSmaller = smaller.roster().close();
    List<PeerConnection> atLarger = larger.roster().close();
    assertThat(atSmaller).hasSize(1);
    assertThat(atLarger).hasSize(1);
    assertThat(atSmaller.getFirst().name()).isEqualTo(atLarger.getFirst().name());
    assertThat(disconnected).isEmpty();
  }

  @Test
  void dialDoesNotCountConnectionAsLostThatCameWhileItWentOn() {
    Dial down = new Dial(larger, smaller, 2);
    down.next();
    Dial up = new Dial(smaller, larger, 1);
    up.next();
    up.next();
    up.next();
    // The dialer's event loop has still to write its proof; the other's has brought a connection.
    assertThat(down.verdict)
        .isInstanceOfSatisfying(
            PeerRoster.DialVerdict.GoOn.class, goOn -> assertThat(goOn.known()).containsOnly(0));
    down.next();
    assertThat(down.accepted).isNull();
  }

  @Test
  void dialNamesTheConnectionThatWasLostBeforeIt() {
    Dial first = new Dial(larger, smaller, 3);
    first.next();
    first.next();
    first.next();
    PeerConnection lost = first.dialed;
    assertThat(lost).isNotNull();
    larger.roster().ended(lost, "it broke off");
    Dial again = new Dial(larger, smaller, 4);
    again.next();
    assertThat(again.verdict)
        .isInstanceOfSatisfying(
            PeerRoster.DialVerdict.GoOn.class, goOn -> assertThat(goOn.known()).containsOnly(3));
  }
}
