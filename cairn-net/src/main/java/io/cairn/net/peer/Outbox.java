// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait to be written, bounded in bytes: urgent ones first, then the others, and pieces of
 * downloads when nothing else waits, or after each eight others, so that they move on under load.
 * Thread-safe.
 */
final class Outbox {
  /** What goes before what. */
  enum Lane {
    URGENT,
    NORMAL,
    BULK;

    static Lane of(PeerStream stream) {
      return stream.isUrgent() ? URGENT : NORMAL;
    }
  }

  /** A frame that waits. */
  static final class Item {
    private final PeerStream stream;
    private final FrameKind kind;
    private final long correlation;
    private final byte[] payload;
    private final @Nullable Call call;

    Item(
        PeerStream stream,
        FrameKind kind,
        long correlation,
        byte[] payload,
        @Nullable Call call) {
      this.stream = stream;
      this.kind = kind;
      this.correlation = correlation;
      this.payload = payload;
      this.call = call;
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

    byte[] payload() {
      return payload;
    }

    /** Returns who awaits the answer; null if nobody does. */
    @Nullable Call call() {
      return call;
    }

    private int cost() {
      return OVERHEAD + payload.length;
    }
  }

  private static final int OVERHEAD = 64;
  private static final int OTHERS_PER_BULK = 8;

  private final int limit;
  private final Queue<Item> urgent = new ArrayDeque<>();
  private final Queue<Item> normal = new ArrayDeque<>();
  private final Queue<Item> bulk = new ArrayDeque<>();
  private long bytes;
  private int othersSinceBulk;
  private boolean closed;

  Outbox(int limit) {
    this.limit = limit;
  }

  /** How an offer went. */
  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  /** Adds a frame if there is room. Pieces of downloads have bounds of their own. */
  synchronized Offer offer(Item item, Lane lane) {
    if (closed) {
      return Offer.CLOSED;
    }
    boolean counted = lane != Lane.BULK;
    if (counted && bytes + item.cost() > limit) {
      return Offer.FULL;
    }
    add(item, lane);
    return Offer.TAKEN;
  }

  /** Adds a small frame that must not be dropped; says whether the whole stays within reason. */
  synchronized boolean force(Item item, Lane lane) {
    if (!closed) {
      add(item, lane);
    }
    return bytes <= 2L * limit;
  }

  private void add(Item item, Lane lane) {
    switch (lane) {
      case URGENT -> urgent.add(item);
      case NORMAL -> normal.add(item);
      case BULK -> bulk.add(item);
    }
    if (lane != Lane.BULK) {
      bytes += item.cost();
    }
  }

  /** Takes what goes next; null when nothing waits. */
  synchronized @Nullable Item poll() {
    boolean bulkTurn = othersSinceBulk >= OTHERS_PER_BULK;
    Item item = bulkTurn ? bulk.poll() : null;
    if (item == null) {
      item = urgent.poll();
      if (item == null) {
        item = normal.poll();
      }
      if (item != null) {
        othersSinceBulk++;
        bytes -= item.cost();
        return item;
      }
      item = bulk.poll();
    }
    othersSinceBulk = 0;
    return item;
  }

  synchronized boolean isEmpty() {
    return urgent.isEmpty() && normal.isEmpty() && bulk.isEmpty();
  }

  /** Empties it. */
  synchronized List<Item> takeAll() {
    List<Item> all = new ArrayList<>(urgent);
    all.addAll(normal);
    all.addAll(bulk);
    urgent.clear();
    normal.clear();
    bulk.clear();
    bytes = 0;
    return all;
  }

  /** Takes nothing from now on, and empties it. */
  synchronized List<Item> close() {
    closed = true;
    return takeAll();
  }
}
