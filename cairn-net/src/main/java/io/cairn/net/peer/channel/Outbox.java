// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.FrameKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait to be written, bounded in bytes by a {@link Room}: urgent ones first, then the
 * others; pieces of large ones and of downloads when nothing else waits, or after each eight
 * others, so that they move on under load. Thread-safe.
 */
final class Outbox {
  /** What goes before what. */
  enum Urgency {
    URGENT,
    NORMAL,
    /** In pieces, so that nothing waits for the whole; others overtake it. */
    LARGE,
    BULK;

    static Urgency of(PeerStream stream) {
      return stream.isUrgent() ? URGENT : NORMAL;
    }

    /** The operations of clients may be large, and need no order among them. */
    static Urgency of(Item item) {
      boolean operation =
          item.stream == PeerStream.FORWARD
              && (item.kind == FrameKind.REQUEST || item.kind == FrameKind.RESPONSE);
      return operation && item.payload.length > PIECE ? LARGE : of(item.stream);
    }
  }

  /** A frame that waits. */
  static final class Item {
    private final PeerStream stream;
    private final FrameKind kind;
    private final long correlation;
    private final byte[] payload;

    /** How much of the array, from its beginning, is the payload. */
    private final int length;

    private final @Nullable PeerCall<?> call;

    Item(
        PeerStream stream,
        FrameKind kind,
        long correlation,
        byte[] payload,
        @Nullable PeerCall<?> call) {
      this(stream, kind, correlation, payload, payload.length, call);
    }

    private Item(
        PeerStream stream,
        FrameKind kind,
        long correlation,
        byte[] payload,
        int length,
        @Nullable PeerCall<?> call) {
      this.stream = stream;
      this.kind = kind;
      this.correlation = correlation;
      this.payload = payload;
      this.length = length;
      this.call = call;
    }

    /** A message that fills the beginning of an array. */
    static Item message(PeerStream stream, byte[] payload, int length) {
      return new Item(stream, FrameKind.MESSAGE, 0, payload, length, null);
    }

    PeerStream stream() {
      return stream;
    }

    FrameKind kind() {
      return kind;
    }

    /** Returns the id for answers; 0 for messages; that of a call is given when it is written. */
    long correlation() {
      return correlation;
    }

    /** Returns an array that begins with the payload. */
    byte[] payload() {
      return payload;
    }

    int length() {
      return length;
    }

    /** Returns who awaits the answer; null if nobody does. */
    @Nullable PeerCall<?> call() {
      return call;
    }

    private int cost() {
      return OVERHEAD + length;
    }
  }

  /** What is larger goes in pieces of this size. */
  static final int PIECE = 64 << 10;

  private static final int OVERHEAD = 64;
  private static final int OTHERS_PER_BULK = 8;

  /**
   * The bytes that may wait for a peer, over all its lanes. Each outbox has a share of its own, so
   * that one that is full stops no other; beyond that it takes what is left for all. Thread-safe.
   */
  static final class Room {
    private static final int SHARED = 8;

    private final int limit;
    private final int share;
    private final AtomicLong left;

    /**
     * Makes it.
     *
     * @param limit bytes in all
     * @param outboxes how many have a share, of an eighth of that
     */
    Room(int limit, int outboxes) {
      this.limit = limit;
      this.share = limit / SHARED / outboxes;
      this.left = new AtomicLong(limit - (long) share * outboxes);
    }

    /** An outbox goes from so many bytes to more, if there is room; or to fewer. */
    private boolean change(long from, long to, boolean forced) {
      long more = Math.max(0, to - share) - Math.max(0, from - share);
      if (more == 0) {
        return true;
      }
      if (more < 0 || forced) {
        left.addAndGet(-more);
        return true;
      }
      long before = left.get();
      while (before >= more && !left.compareAndSet(before, before - more)) {
        before = left.get();
      }
      return before >= more;
    }
  }

  private final Room room;
  private final Queue<Item> urgent = new ArrayDeque<>();
  private final Queue<Item> normal = new ArrayDeque<>();
  private final Queue<Item> large = new ArrayDeque<>();
  private final Queue<Item> bulk = new ArrayDeque<>();

  /** The large one that goes at the moment, and how much of it has gone. */
  private @Nullable Item begun;

  private int gone;
  private boolean bulkNext;
  private long bytes;
  private int othersSinceBulk;
  private boolean closed;

  Outbox(Room room) {
    this.room = room;
  }

  /** How an offer went. */
  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  /** Adds a frame if there is room. Pieces of downloads have bounds of their own. */
  synchronized Offer offer(Item item, Urgency urgency) {
    if (closed) {
      return Offer.CLOSED;
    }
    return add(item, urgency, false) ? Offer.TAKEN : Offer.FULL;
  }

  /** Adds a small frame that must not be dropped; says whether the whole stays within reason. */
  synchronized boolean force(Item item, Urgency urgency) {
    if (!closed) {
      var _ = add(item, urgency, true);
    }
    return bytes <= 2L * room.limit;
  }

  private boolean add(Item item, Urgency urgency, boolean forced) {
    if (urgency != Urgency.BULK) {
      if (!room.change(bytes, bytes + item.cost(), forced)) {
        return false;
      }
      bytes += item.cost();
    }
    switch (urgency) {
      case URGENT -> urgent.add(item);
      case NORMAL -> normal.add(item);
      case LARGE -> large.add(item);
      case BULK -> bulk.add(item);
    }
    return true;
  }

  private void left(long fewer) {
    var _ = room.change(bytes, bytes - fewer, false);
    bytes -= fewer;
  }

  /** Takes what goes next; null when nothing waits. */
  synchronized @Nullable Item poll() {
    boolean bulkTurn = othersSinceBulk >= OTHERS_PER_BULK;
    Item item = bulkTurn ? pollPiece() : null;
    if (item == null) {
      item = urgent.poll();
      if (item == null) {
        item = normal.poll();
      }
      if (item != null) {
        othersSinceBulk++;
        left(item.cost());
        return item;
      }
      item = pollPiece();
    }
    othersSinceBulk = 0;
    return item;
  }

  /** Pieces of large frames and of downloads in turn. */
  private @Nullable Item pollPiece() {
    bulkNext = !bulkNext;
    Item first = bulkNext ? bulk.poll() : pollLarge();
    return first != null ? first : bulkNext ? pollLarge() : bulk.poll();
  }

  private @Nullable Item pollLarge() {
    if (begun == null) {
      begun = large.poll();
      gone = 0;
    }
    Item whole = begun;
    if (whole == null) {
      return null;
    }
    boolean takenBack = whole.call != null && whole.call.isDone();
    int size = Math.min(PIECE, whole.payload.length - gone);
    if (gone + size < whole.payload.length && !takenBack) {
      byte[] part = Arrays.copyOfRange(whole.payload, gone, gone + size);
      gone += size;
      return new Item(whole.stream, FrameKind.PART, whole.payload.length, part, null);
    }
    begun = null;
    left(whole.cost());
    byte[] last = new byte[takenBack ? 0 : 1 + size];
    if (!takenBack) {
      last[0] = whole.kind.code();
      System.arraycopy(whole.payload, gone, last, 1, size);
    }
    return new Item(
        whole.stream, FrameKind.LAST, whole.correlation, last, takenBack ? null : whole.call);
  }

  synchronized boolean isEmpty() {
    return urgent.isEmpty()
        && normal.isEmpty()
        && large.isEmpty()
        && begun == null
        && bulk.isEmpty();
  }

  /** Empties it. */
  synchronized List<Item> takeAll() {
    List<Item> all = new ArrayList<>(urgent);
    all.addAll(normal);
    if (begun != null) {
      all.add(begun);
    }
    all.addAll(large);
    all.addAll(bulk);
    urgent.clear();
    normal.clear();
    begun = null;
    large.clear();
    bulk.clear();
    left(bytes);
    return all;
  }

  /** Takes nothing from now on, and empties it. */
  synchronized List<Item> close() {
    closed = true;
    return takeAll();
  }
}
