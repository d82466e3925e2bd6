// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.EventStream;
import io.cairn.net.ServerEvent;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An event stream over either protocol. Producers meet a byte budget; everything behind it happens
 * on the event loop of the connection.
 */
final class ServerEventStream implements EventStream {

  /** The protocol's part; called on the event loop only. */
  interface Sink {
    /** Writes one piece and runs {@code written} when the socket has taken it. */
    void write(byte[] piece, Runnable written);

    /** Ends the answer. */
    void finish();
  }

  private final EventLoop loop;
  private final int limit;
  private final AtomicInteger queued = new AtomicInteger();
  private final CloseCallbacks callbacks = new CloseCallbacks();
  private volatile boolean open = true;

  // Event loop only: what was sent before the answer's turn has come.
  private final Queue<byte[]> backlog = new ArrayDeque<>();
  private @Nullable Sink sink;

  ServerEventStream(EventLoop loop, int limit) {
    this.loop = loop;
    this.limit = limit;
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
    if (!open) {
      return Delivery.CLOSED;
    }
    byte[] piece = text.getBytes(StandardCharsets.UTF_8);
    if (piece.length > limit || queued.addAndGet(piece.length) > limit) {
      if (piece.length <= limit) {
        queued.addAndGet(-piece.length);
      }
      return Delivery.OVERFLOW;
    }
    return onLoop(() -> write(piece)) ? Delivery.QUEUED : Delivery.CLOSED;
  }

  private boolean onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return true;
    }
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      ended();
      return false;
    }
  }

  private void write(byte[] piece) {
    if (sink == null) {
      backlog.add(piece);
    } else {
      sink.write(piece, () -> queued.addAndGet(-piece.length));
    }
  }

  /** Event loop: the answer's head is written, pieces may follow. */
  void start(Sink target) {
    sink = target;
    for (byte[] piece = backlog.poll(); piece != null; piece = backlog.poll()) {
      write(piece);
    }
    if (!open) {
      target.finish();
    }
  }

  /** The connection has ended, or never was. */
  void ended() {
    open = false;
    callbacks.fire();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void onClose(Runnable callback) {
    callbacks.add(callback);
  }

  @Override
  public void close() {
    onLoop(
        () -> {
          if (open) {
            open = false;
            if (sink != null) {
              sink.finish();
            }
            callbacks.fire();
          }
        });
  }
}
