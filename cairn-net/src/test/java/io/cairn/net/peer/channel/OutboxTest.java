// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.Assembly;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.FrameViolation;
import java.net.URI;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final int LIMIT = 10 * Outbox.PIECE;

  private final Outbox outbox = new Outbox(new Outbox.Room(LIMIT, 1));
  private final byte[] large = new byte[3 * Outbox.PIECE + 7];
  private final RequestCall call = new RequestCall(URI.create("http://a:1"), PeerStream.FORWARD);

  private Outbox.Item offer(PeerStream stream, byte[] payload, PeerCall<?> waiting) {
    Outbox.Item item = new Outbox.Item(stream, FrameKind.REQUEST, 0, payload, waiting);
    assertThat(outbox.offer(item, Outbox.Urgency.of(item))).isEqualTo(Outbox.Offer.TAKEN);
    return item;
  }

  @Test
  void othersOvertakeLargeFrameThatArrivesWholeAllTheSame() throws Exception {
    new Random(1).nextBytes(large);
    offer(PeerStream.FORWARD, large, call);
    Assembly assembly = new Assembly(LIMIT);

    assertPart(assembly, outbox.poll());
    Outbox.Item small = offer(PeerStream.FORWARD, new byte[1], null);
    Outbox.Item urgent = offer(PeerStream.CONSENSUS, new byte[Outbox.PIECE + 1], null);
    assertThat(outbox.poll()).isSameAs(urgent);
    assertThat(outbox.poll()).isSameAs(small);
    assertPart(assembly, outbox.poll());
    assertPart(assembly, outbox.poll());
    Outbox.Item last = outbox.poll();

    assertThat(last.kind()).isEqualTo(FrameKind.LAST);
    assertThat(last.call()).isSameAs(call);
    assertThat(last.payload()[0]).isEqualTo(FrameKind.REQUEST.code());
    assertThat(assembly.last(last.payload())).isEqualTo(large);
    assertThat(outbox.poll()).isNull();
    assertThat(outbox.isEmpty()).isTrue();
  }

  private static void assertPart(Assembly assembly, Outbox.Item part) throws FrameViolation {
    assertThat(part.kind()).isEqualTo(FrameKind.PART);
    assertThat(part.payload()).hasSize(Outbox.PIECE);
    assembly.part(part.correlation(), part.payload());
  }

  @Test
  void onlyOperationsGoInPieces() {
    for (FrameKind kind : FrameKind.values()) {
      Outbox.Item item = new Outbox.Item(PeerStream.FORWARD, kind, 0, large, null);
      boolean operation = kind == FrameKind.REQUEST || kind == FrameKind.RESPONSE;
      assertThat(Outbox.Urgency.of(item) == Outbox.Urgency.LARGE)
          .as(kind.name())
          .isEqualTo(operation);
    }
    Outbox.Item ordered =
        new Outbox.Item(PeerStream.APPLICATION, FrameKind.REQUEST, 0, large, null);
    assertThat(Outbox.Urgency.of(ordered)).isEqualTo(Outbox.Urgency.NORMAL);
  }

  @Test
  void largeFrameMovesOnUnderLoad() {
    offer(PeerStream.FORWARD, large, call);
    int others = 0;
    for (Outbox.Item item = null; item == null || item.kind() != FrameKind.LAST; others++) {
      offer(PeerStream.CONSENSUS, new byte[1], null);
      item = outbox.poll();
    }
    assertThat(others).isLessThan(50);
  }

  @Test
  void largeFrameThatNobodyWaitsForEndsEarlyAndGivesItsRoomBack() throws Exception {
    offer(PeerStream.FORWARD, large, call);
    Assembly assembly = new Assembly(LIMIT);
    assertPart(assembly, outbox.poll());

    call.future().cancel(true);

    Outbox.Item end = outbox.poll();
    assertThat(end.kind()).isEqualTo(FrameKind.LAST);
    assertThat(assembly.last(end.payload())).isNull();
    assertThat(outbox.poll()).isNull();
    for (int i = 0; i < 2; i++) {
      offer(PeerStream.FORWARD, new byte[LIMIT / 2 - 1_000], null);
    }
  }

  @Test
  void frameOfWhichPiecesHaveGoneCountsAsNotSent() {
    Outbox.Item whole = offer(PeerStream.FORWARD, large, call);
    outbox.poll();

    assertThat(outbox.close()).containsExactly(whole);
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void piecesThatDoNotFitTogetherAreRefused() throws Exception {
    Assembly assembly = new Assembly(LIMIT);
    assertRefused(() -> assembly.part(LIMIT + 1, new byte[1]));
    assertRefused(() -> assembly.part(-1, new byte[1]));
    assertRefused(() -> assembly.part(1, new byte[1]));
    assertRefused(() -> assembly.last(new byte[1]));
    assembly.part(3, new byte[1]);
    assertRefused(() -> assembly.part(3, new byte[3]));
    assertRefused(() -> assembly.last(new byte[2]));
    assertThat(assembly.last(new byte[0])).isNull();
  }

  @Test
  void outboxesShareRoomAndNoneIsWithout() {
    Outbox.Room room = new Outbox.Room(LIMIT, 2);
    Outbox busy = new Outbox(room);
    Outbox other = new Outbox(room);
    int taken = fill(busy) + fill(other);
    int inAll = LIMIT / (1_000 + 64);
    assertThat(taken).isBetween(inAll - 2, inAll);
    assertThat(other.takeAll()).hasSizeBetween(inAll / 16 - 1, inAll / 16);

    assertThat(busy.takeAll()).isNotEmpty();
    assertThat(fill(other)).as("it may have what the first has left").isGreaterThan(inAll * 9 / 10);
  }

  private static int fill(Outbox outbox) {
    Outbox.Item item = Outbox.Item.message(PeerStream.CONSENSUS, new byte[1_000], 1_000);
    int taken = 0;
    while (outbox.offer(item, Outbox.Urgency.NORMAL) == Outbox.Offer.TAKEN) {
      taken++;
    }
    return taken;
  }

  private static void assertRefused(ThrowingCallable piece) {
    assertThatThrownBy(piece).isInstanceOf(FrameViolation.class);
  }
}
