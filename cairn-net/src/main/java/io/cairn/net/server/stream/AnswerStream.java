// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is sent in pieces over either protocol. Producers bound what they send; everything
 * behind it happens on the event loop of the connection.
 */
public abstract class AnswerStream {

  /** The protocol's part; called on the event loop only. */
  public interface Sink {
    /** Writes one piece and runs {@code written} when the socket has taken it or it is lost. */
    void write(byte[] piece, Runnable written);

    /** Ends the answer. */
    void finish();

    /** Breaks the answer off. */
    void abort();
  }

  private final EventLoop loop;
  private final CloseCallbacks callbacks = new CloseCallbacks();
  private volatile boolean open = true;

  // Event loop only: what was sent before the answer's turn has come.
  private final Queue<Runnable> backlog = new ArrayDeque<>();
  private @Nullable Sink sink;
  private boolean broken;

  AnswerStream(EventLoop loop) {
    this.loop = loop;
  }

  /** Whether it ends as soon as the client sends no more, because nothing else would end it. */
  public abstract boolean isEndless();

  /** Returns whether the piece is on its way; false if nobody gets it any more. */
  final boolean write(byte[] piece, Runnable written) {
    return onLoop(
        () -> {
          if (sink == null) {
            backlog.add(() -> send(piece, written));
          } else {
            send(piece, written);
          }
        });
  }

  private void send(byte[] piece, Runnable written) {
    if (sink != null) {
      sink.write(piece, written);
    }
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

  /** Event loop: the answer's head is written, pieces may follow. */
  public final void start(Sink target) {
    sink = target;
    for (Runnable piece = backlog.poll(); piece != null; piece = backlog.poll()) {
      piece.run();
    }
    if (!open) {
      end(target);
    } else {
      started(loop);
    }
  }

  /** Event loop: pieces reach the client from now on. */
  void started(EventLoop on) {}

  private void end(Sink target) {
    if (broken) {
      target.abort();
    } else {
      target.finish();
    }
  }

  /** The connection has ended, or never was. */
  public final void ended() {
    open = false;
    callbacks.fire();
  }

  public final boolean isOpen() {
    return open;
  }

  public final void onClose(Runnable callback) {
    callbacks.add(callback);
  }

  /** Ends the answer behind all pieces, or breaks it off. */
  final void end(boolean breaksOff) {
    onLoop(
        () -> {
          if (open) {
            open = false;
            broken = breaksOff;
            if (sink != null) {
              end(sink);
            }
            callbacks.fire();
          }
        });
  }
}
