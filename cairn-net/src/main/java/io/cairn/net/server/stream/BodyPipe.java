// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body on its way from the event loop to whoever reads it as it arrives. The loop does not wait:
 * it stops reading from the connection while the pipe is full. The reader is one thread at a time.
 */
public final class BodyPipe extends InputStream {
  /** What the pipe holds when it is full, give or take what one read of the socket brings. */
  public static final int WINDOW = 256 << 10;

  private static final byte[] END = new byte[0];

  /** What a piece costs beside its bytes: the array's header and its place in the queue. */
  private static final int PIECE_COST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(BodyPipe.class);

  /** Tells the event loop that the reader waits for the first bytes, or has made room. */
  private final Runnable wanted;

  private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private volatile boolean full;
  private volatile boolean asked;
  private volatile boolean closed;
  private volatile @Nullable IOException failure;

  // Event loop only.
  private boolean complete;
  private boolean seen;

  // Reader only.
  private byte[] current = END;
  private int position;
  private boolean atEnd;

  /**
   * A pipe that nothing has arrived in.
   *
   * @param wanted has the event loop go on; called by the reader
   */
  public BodyPipe(Runnable wanted) {
    this.wanted = wanted;
  }

  /** Event loop: passes bytes on, which nobody writes to afterwards. */
  public void offer(byte[] piece) {
    seen |= piece.length > 0;
    if (piece.length == 0 || closed) {
      return;
    }
    boolean over = queued.addAndGet(piece.length + PIECE_COST) >= WINDOW;
    pieces.add(piece);
    if (over) {
      full = true;
      if (queued.get() <= WINDOW / 2) {
        full = false; // it has been read in between, and nobody would say so again
      }
    }
  }

  /** Event loop: there are no more bytes. */
  public void finish() {
    complete = true;
    pieces.add(END);
  }

  /** Event loop: the rest does not come. */
  public void fail(IOException why) {
    if (!complete) {
      failure = why;
      finish();
    }
  }

  /** Event loop: whether all has arrived, or nothing more will. */
  public boolean isComplete() {
    return complete;
  }

  /** Event loop: whether bytes have arrived. */
  public boolean isSeen() {
    return seen;
  }

  /** Whether the reader has asked for bytes. */
  public boolean isAsked() {
    return asked;
  }

  /** Whether the loop should read no more from the connection for now. */
  public boolean isFull() {
    return full && !closed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position == current.length && !next()) {
      return -1;
    }
    int step = Math.min(length, current.length - position);
    System.arraycopy(current, position, target, offset, step);
    position += step;
    return step;
  }

  private boolean next() throws IOException {
    if (closed) {
      throw new IOException("The body is closed");
    }
    if (!atEnd) {
      if (!asked) {
        asked = true;
        wake();
      }
      take();
    }
    IOException failed = failure;
    if (atEnd && failed != null) {
      throw failed;
    }
    return !atEnd;
  }

  @SuppressWarnings("ReferenceEquality") // one array marks the end
  private void take() throws IOException {
    try {
      current = pieces.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the body arrives");
    }
    position = 0;
    atEnd = current == END;
    if (atEnd) {
      return;
    }
    int left = queued.addAndGet(-current.length - PIECE_COST);
    if (full && left <= WINDOW / 2) {
      full = false;
      wake();
    }
  }

  private void wake() {
    try {
      wanted.run();
    } catch (RejectedExecutionException e) {
      LOG.debug("The server is closed", e);
    }
  }

  @Override
  public int available() {
    return current.length - position;
  }

  /** Drops what arrives from now on. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pieces.clear();
      wake();
    }
  }
}
