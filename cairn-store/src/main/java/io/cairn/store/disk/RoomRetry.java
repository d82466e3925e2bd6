// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.util.IOFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats what one index cannot write for want of room until it can: Lucene gives an index up at
 * the first file that cannot be written, although all that was acknowledged is in the log and only
 * has to wait. Who updates is refused long before; this is for what was taken already, and for
 * disks that something else fills. Thread-safe.
 */
public final class RoomRetry {
  private static final Logger log = LoggerFactory.getLogger(RoomRetry.class);
  private static final long RETRY_MILLIS = 100;

  private final StoreRoom room;
  private final Path directory;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean ended;

  public RoomRetry(StoreRoom room, Path directory) {
    this.room = room;
    this.directory = directory;
  }

  /**
   * Whether something waits for room now: what was applied last may not be searchable meanwhile.
   */
  public boolean isWaiting() {
    return waiting.get() > 0;
  }

  /** From now on nothing waits: the index is closed. */
  public void end() {
    ended = true;
  }

  /** Does something that has done nothing when it fails for want of room. */
  public <T, R> R run(Path file, T argument, IOFunction<T, R> action) throws IOException {
    boolean hasWaited = false;
    try {
      while (true) {
        try {
          return action.apply(argument);
        } catch (IOException e) {
          if (ended || !room.isShortage(file, e)) {
            throw e;
          }
          if (!hasWaited) {
            hasWaited = true;
            begin(e);
          }
          pause();
        }
      }
    } finally {
      if (hasWaited && waiting.decrementAndGet() == 0) {
        log.info("The document index in {} has room again and goes on", directory);
      }
    }
  }

  private void begin(IOException failure) {
    if (waiting.getAndIncrement() == 0) {
      log.warn(
          "The document index in {} waits for room: {}. Nothing acknowledged is lost; free space on"
              + " that disk or enlarge it",
          directory,
          failure.toString());
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk had no room");
    }
  }
}
