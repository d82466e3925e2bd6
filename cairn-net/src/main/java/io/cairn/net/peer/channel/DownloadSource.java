// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending end of a download: a virtual thread that reads and sends as far as the reader has
 * made room. Guarded by this, except for the thread's own.
 */
final class DownloadSource implements Runnable {
  static final int PIECE = 64 << 10;

  /** A reader that has been forgotten must not hold files open for good. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(DownloadSource.class);

  private final PeerConnection connection;
  private final PeerHandler handler;
  private final FrameHead opening;
  private final byte[] request;
  private final int window;
  private long credit;
  private boolean cancelled;

  /**
   * Makes one.
   *
   * @param window how much the reader takes at first, and how much is under way at most
   */
  DownloadSource(
      PeerConnection connection,
      PeerHandler handler,
      FrameHead opening,
      byte[] request,
      int window) {
    this.connection = connection;
    this.handler = handler;
    this.opening = opening;
    this.request = request;
    this.window = window;
    this.credit = window;
  }

  /** The reader has made room. */
  synchronized void grant(int bytes) {
    credit = Math.min(window, credit + bytes);
    notifyAll();
  }

  /** Nobody reads any more. */
  synchronized void cancel() {
    cancelled = true;
    notifyAll();
  }

  @Override
  public void run() {
    boolean[] opened = {false};
    try (InputStream in = handler.download(connection.identity(), request)) {
      opened[0] = true;
      connection.sendPiece(reply(FrameKind.OPENED, new byte[0]));
      if (transfer(in)) {
        connection.sendPiece(reply(FrameKind.END, new byte[0]));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UnsupportedOperationException e) {
      byte[] text = FailurePayload.encode(opened[0], FailurePayload.describe(e));
      connection.sendPiece(reply(FrameKind.FAILURE, text));
    } catch (IOException | RuntimeException e) {
      LOG.debug("The download for {} failed", connection.identity(), e);
      byte[] text = FailurePayload.encode(true, FailurePayload.describe(e));
      connection.sendPiece(reply(FrameKind.FAILURE, text));
    } finally {
      connection.sourceEnded(opening.correlation());
    }
  }

  private Outbox.Item reply(FrameKind kind, byte[] payload) {
    return new Outbox.Item(opening.stream(), kind, opening.correlation(), payload, null);
  }

  /** Sends everything; says whether it came to the end. */
  private boolean transfer(InputStream in) throws IOException, InterruptedException {
    byte[] buffer = new byte[PIECE];
    while (true) {
      int room = awaitCredit();
      if (room == 0) {
        return false;
      }
      int count = in.read(buffer, 0, room);
      if (count < 0) {
        return true;
      }
      synchronized (this) {
        credit -= count;
      }
      connection.sendPiece(reply(FrameKind.CHUNK, Arrays.copyOf(buffer, count)));
    }
  }

  /** Waits for room; returns how much of a piece there is, 0 when nobody reads any more. */
  private synchronized int awaitCredit() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (credit <= 0 && !cancelled) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        throw new IOException("nobody has read for " + PATIENCE.toMinutes() + " minutes");
      }
      wait(millis);
    }
    return cancelled ? 0 : (int) Math.min(credit, PIECE);
  }
}
