// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import io.cairn.net.EventStream;
import io.cairn.net.HttpLimits;
import io.cairn.net.ServerEvent;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event stream: what its client does not read is dropped beyond a byte budget of its own, and
 * when there is no room for it beside what other clients have not read.
 */
public final class ServerEventStream extends AnswerStream implements EventStream {
  /** Bytes of unread events that are not counted: a few small ones leave whatever others hold. */
  private static final int UNCOUNTED = 8 << 10;

  /** What an event costs beside its bytes: its buffer, its promise, its places in queues. */
  private static final int PIECE_COST = 256;

  /** The memory that all streams and answers share. Any thread. */
  @FunctionalInterface
  public interface Room {
    /**
     * Counts a difference in what waits to be read.
     *
     * @return false if there is no room for more, and it was not counted
     */
    boolean change(int difference);
  }

  private final int limit;
  private final Room room;
  private final long pingNanos;

  /** What the events cost that the socket has not taken. Guarded by this. */
  private int queued;

  /** Waits until the socket has taken some. Guarded by this. */
  private @Nullable Runnable waiting;

  /** A stream without head yet. */
  public ServerEventStream(EventLoop loop, HttpLimits limits, Room room) {
    super(loop);
    this.room = room;
    this.limit = limits.eventStreamBufferBytes();
    this.pingNanos = limits.eventStreamPing().toNanos();
    onClose(this::wakeAtEnd);
  }

  @Override
  void started(EventLoop on) {
    Future<?> pings =
        on.scheduleWithFixedDelay(
            () -> comment("ping"), pingNanos, pingNanos, TimeUnit.NANOSECONDS);
    onClose(() -> pings.cancel(false));
  }

  @Override
  public boolean isEndless() {
    return true;
  }

  @Override
  public Delivery send(ServerEvent event) {
    return enqueue(event.encoded());
  }

  @Override
  public Delivery comment(String text) {
    StringBuilder lines = new StringBuilder(text.length() + 8);
    ServerEvent.appendLines(lines, ": ", text);
    return enqueue(lines.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  private Delivery enqueue(byte[] piece) {
    if (!isOpen()) {
      return Delivery.CLOSED;
    }
    int cost = piece.length + PIECE_COST;
    if (!queue(cost)) {
      return Delivery.OVERFLOW;
    }
    return write(piece, () -> taken(cost)) ? Delivery.QUEUED : Delivery.CLOSED;
  }

  private void taken(int cost) {
    Runnable waited = null;
    synchronized (this) {
      queue(-cost);
      if (queued <= limit / 2) {
        waited = waiting;
        waiting = null;
      }
    }
    if (waited != null) {
      waited.run();
    }
  }

  @Override
  public void whenRoom(Runnable callback) {
    synchronized (this) {
      if (queued > limit / 2 && isOpen()) {
        waiting = callback;
        return;
      }
    }
    callback.run();
  }

  private void wakeAtEnd() {
    Runnable waited;
    synchronized (this) {
      waited = waiting;
      waiting = null;
    }
    if (waited != null) {
      waited.run();
    }
  }

  private synchronized boolean queue(int difference) {
    if (difference > limit - queued && queued > 0) {
      return false;
    }
    int now = queued + difference;
    int counted = Math.max(0, now - UNCOUNTED) - Math.max(0, queued - UNCOUNTED);
    if (counted != 0 && !room.change(counted)) {
      return false;
    }
    queued = now;
    return true;
  }

  @Override
  public void close() {
    end(false);
  }
}
