// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameViolation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a download: holds at most a window of bytes, and asks for more as they are
 * read. One thread reads, the event loop adds; guarded by this.
 */
final class DownloadReader extends InputStream {
  private final PeerConnection connection;
  private final PeerStream stream;
  private final long id;
  private final int window;
  private final Duration patience;

  private final Queue<byte[]> pieces = new ArrayDeque<>();
  private byte @Nullable [] current;
  private int position;
  private int held;
  private int consumed;
  private boolean ended;
  private boolean closed;
  private @Nullable String failure;

  DownloadReader(
      PeerConnection connection, PeerStream stream, long id, int window, Duration patience) {
    this.connection = connection;
    this.stream = stream;
    this.id = id;
    this.window = window;
    this.patience = patience;
  }

  /** Event loop: a piece has arrived. */
  synchronized void add(byte[] piece) throws FrameViolation {
    if (closed) {
      return;
    }
    held += piece.length;
    if (held > window) {
      throw new FrameViolation(CloseCode.MALFORMED, "more was sent than there was room for");
    }
    if (piece.length > 0) {
      pieces.add(piece);
      notifyAll();
    }
  }

  /** Event loop: that was all. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** It has broken off. */
  synchronized void fail(String reason) {
    if (!ended && failure == null) {
      failure = reason;
      notifyAll();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int credit;
    int count;
    synchronized (this) {
      byte[] piece = awaitPiece();
      if (piece == null) {
        return -1;
      }
      count = Math.min(length, piece.length - position);
      System.arraycopy(piece, position, target, offset, count);
      position += count;
      if (position == piece.length) {
        current = null;
      }
      credit = consume(count);
    }
    if (credit > 0) {
      connection.grantCredit(stream, id, credit);
    }
    return count;
  }

  private int consume(int count) {
    held -= count;
    consumed += count;
    if (consumed < Math.min(window / 4, DownloadSource.PIECE) || ended) {
      return 0;
    }
    int credit = consumed;
    consumed = 0;
    return credit;
  }

  private byte @Nullable [] awaitPiece() throws IOException {
    if (closed) {
      throw new IOException("the download is closed");
    }
    if (current == null) {
      current = pieces.poll();
      position = 0;
    }
    long end = System.nanoTime() + patience.toNanos();
    while (current == null) {
      if (closed) {
        throw new IOException("the download is closed");
      }
      if (failure != null) {
        throw new IOException(failure);
      }
      if (ended) {
        return null;
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        throw new IOException("no bytes came for " + patience.toMillis() + " ms");
      }
      try {
        wait(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading a download");
      }
      current = pieces.poll();
    }
    return current;
  }

  @Override
  public synchronized int available() {
    byte[] piece = current;
    return piece == null ? 0 : piece.length - position;
  }

  @Override
  public void close() {
    boolean early;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      early = !ended && failure == null;
      pieces.clear();
      current = null;
      notifyAll();
    }
    if (early) {
      connection.forget(id);
      connection.takeBack(stream, id);
    }
  }
}
