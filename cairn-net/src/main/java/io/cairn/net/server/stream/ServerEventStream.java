// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import io.cairn.net.EventStream;
import io.cairn.net.HttpLimits;
import io.cairn.net.ServerEvent;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An event stream: what its client does not read is dropped beyond a byte budget. */
public final class ServerEventStream extends AnswerStream implements EventStream {

  private final int limit;
  private final AtomicInteger queued = new AtomicInteger();

  private final long pingNanos;

  /** A stream without head yet. */
  public ServerEventStream(EventLoop loop, HttpLimits limits) {
    super(loop);
    this.limit = limits.eventStreamBufferBytes();
    this.pingNanos = limits.eventStreamPing().toNanos();
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
    return enqueue(lines.append('\n').toString());
  }

  private Delivery enqueue(String text) {
    if (!isOpen()) {
      return Delivery.CLOSED;
    }
    byte[] piece = text.getBytes(StandardCharsets.UTF_8);
    if (piece.length > limit || queued.addAndGet(piece.length) > limit) {
      if (piece.length <= limit) {
        queued.addAndGet(-piece.length);
      }
      return Delivery.OVERFLOW;
    }
    return write(piece, () -> queued.addAndGet(-piece.length)) ? Delivery.QUEUED : Delivery.CLOSED;
  }

  @Override
  public void close() {
    end(false);
  }
}
