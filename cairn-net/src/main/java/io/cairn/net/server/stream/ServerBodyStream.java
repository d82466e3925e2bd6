// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import io.cairn.net.BodyStream;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A body that is written in pieces. As many bytes may be on their way as the window has; whoever
 * writes more waits until the socket has taken some.
 */
public final class ServerBodyStream extends BodyStream {
  /** What may be on its way. */
  public static final int WINDOW = 256 << 10;

  private static final int PIECE = 16 << 10;

  private final Pieces pieces;
  private final Duration patience;
  private final Semaphore room = new Semaphore(WINDOW);
  private final Runnable progress;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final byte[] buffer = new byte[PIECE];
  private int buffered;

  /** The stream behind it. */
  private static final class Pieces extends AnswerStream {
    Pieces(EventLoop loop) {
      super(loop);
    }

    @Override
    public boolean isEndless() {
      return false;
    }
  }

  /**
   * A body without head yet.
   *
   * @param patience how long the client may read nothing
   * @param progress any thread: the client has read all, or another window's worth
   */
  public ServerBodyStream(EventLoop loop, Duration patience, Runnable progress) {
    this.pieces = new Pieces(loop);
    this.patience = patience;
    this.progress = progress;
    pieces.onClose(() -> room.release(WINDOW)); // whoever waits finds that it has ended
  }

  /** The pieces, for the protocol that takes them. */
  public AnswerStream pieces() {
    return pieces;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    int from = offset;
    int end = offset + length;
    while (from < end) {
      int step = Math.min(end - from, PIECE - buffered);
      System.arraycopy(source, from, buffer, buffered, step);
      buffered += step;
      from += step;
      if (buffered == PIECE) {
        flush();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (buffered > 0) {
      byte[] piece = Arrays.copyOf(buffer, buffered);
      buffered = 0;
      awaitRoom(piece.length);
      if (sent.getAndAdd(piece.length) == taken.get()) {
        progress.run(); // only now is there something that the client can be slow to read
      }
      pieces.write(piece, () -> taken(piece.length));
    }
    requireOpen();
  }

  private void taken(int bytes) {
    long all = taken.addAndGet(bytes);
    room.release(bytes);
    if (all / WINDOW > (all - bytes) / WINDOW) {
      progress.run();
    }
  }

  /** Whether something is on its way that the socket has not taken. Any thread. */
  public boolean isBehind() {
    return sent.get() != taken.get();
  }

  private void awaitRoom(int bytes) throws IOException {
    long before = taken.get();
    try {
      while (!room.tryAcquire(bytes, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        long now = taken.get();
        if (now == before) {
          abort();
          throw new IOException(
              "The client has read nothing for " + patience.toSeconds() + " seconds");
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the client reads");
    }
    requireOpen();
  }

  private void requireOpen() throws IOException {
    if (!pieces.isOpen()) {
      throw new IOException("The client has gone");
    }
  }

  @Override
  public void close() throws IOException {
    if (pieces.isOpen()) {
      flush();
      pieces.end(false);
    }
  }

  @Override
  public void abort() {
    pieces.end(true);
  }
}
