// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the next segment's space reserved before it is needed, in the background. Guarded by the
 * log's lock. A failure in the background only counts once the space is needed and cannot be had.
 *
 * <p>Segments take a small share of what the disk has free, so that on a small or nearly full disk
 * the log does not keep from others what they need; and there is always one small spare segment,
 * for what must be written even if nothing can be reserved any more: votes, and what frees space.
 */
final class SegmentSupply {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentSupply.class);
  private static final String PREPARED = "prepared.tmp";
  private static final String SPARE = "spare.tmp";

  /** A first segment is small, so that a fresh node starts quickly. */
  private static final int FIRST_BYTES = 4 << 20;

  /** Segments are not smaller than this for want of space, unless not even this can be had. */
  private static final int SMALL_BYTES = 1 << 20;

  /** What a spare segment is large enough for: thousands of votes. */
  private static final int SPARE_BYTES = 512 << 10;

  /** A segment takes at most this share of what is free. */
  private static final int SHARE = 32;

  private final Path directory;
  private final LogFileSystem files;
  private final int segmentBytes;
  private final RandomGenerator random;
  private final Executor background;
  private @Nullable CompletableFuture<Reserved> prepared;
  private @Nullable CompletableFuture<Reserved> spare;

  /** A file that is to become a segment. */
  private record Reserved(String name, LogFile file, int size) {}

  SegmentSupply(Path directory, int segmentBytes, LogEnvironment environment) {
    this.directory = directory;
    this.files = environment.files();
    this.segmentBytes = segmentBytes;
    this.random = environment.random();
    this.background = environment.background();
  }

  /** Returns the size of the segments where there is space enough. */
  int segmentBytes() {
    return segmentBytes;
  }

  /** Removes what an earlier process had reserved and not used, but for a whole spare segment. */
  void takeOverLeftovers() throws IOException {
    files.delete(directory.resolve(PREPARED));
    if (!files.list(directory).contains(SPARE)) {
      return;
    }
    LogFile left = files.open(directory.resolve(SPARE));
    int size = Math.min(segmentBytes, SPARE_BYTES);
    if (left.size() == size) {
      spare = CompletableFuture.completedFuture(new Reserved(SPARE, left, size));
    } else {
      left.close();
      files.delete(directory.resolve(SPARE));
    }
  }

  /** Begins to reserve the next segment and the spare one, unless that was begun or is too much. */
  void prepare() {
    long free = files.usableSpace(directory);
    int size = share(free, segmentBytes);
    if (prepared == null && free / 4 >= size) {
      prepared = reserve(PREPARED, size);
    }
    prepareSpare(free);
  }

  /** Begins to reserve the spare segment, unless there is one. */
  void prepareSpare() {
    prepareSpare(files.usableSpace(directory));
  }

  private void prepareSpare(long free) {
    int size = Math.min(segmentBytes, SPARE_BYTES);
    if (free / 2 >= size && (spare == null || spare.isCompletedExceptionally())) {
      spare = reserve(SPARE, size);
    }
  }

  private CompletableFuture<Reserved> reserve(String name, int size) {
    CompletableFuture<Reserved> future = new CompletableFuture<>();
    background.execute(
        () -> {
          try {
            LogFile file = files.allocate(directory.resolve(name), size);
            future.complete(new Reserved(name, file, size));
          } catch (IOException | RuntimeException e) {
            LOG.debug("Cannot reserve space for the log yet", e);
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  private static int share(long free, int largest) {
    return (int) Math.min(largest, Math.max(SMALL_BYTES, free / SHARE));
  }

  /**
   * Returns the next segment, ready to be written.
   *
   * @param needed the bytes that it must hold
   * @param essential whether the spare may be taken if there is nothing else
   * @throws NoRoomException if there is no room for it now; nothing has changed
   */
  Segment take(long sequence, int previousEnd, int needed, boolean essential) throws IOException {
    Reserved reserved = next(sequence, needed, essential);
    String name = Segment.nameOf(sequence);
    Segment segment =
        new Segment(name, sequence, random.nextInt(), reserved.size, previousEnd, reserved.file);
    segment.spare = reserved.name.equals(SPARE);
    segment.writeHeader();
    files.rename(directory.resolve(reserved.name), directory.resolve(name));
    files.syncDirectory(directory);
    return segment;
  }

  private Reserved next(long sequence, int needed, boolean essential) throws IOException {
    Reserved ahead = result(prepared);
    prepared = null;
    if (ahead != null && ahead.size >= needed) {
      return ahead;
    } else if (ahead != null) {
      ahead.file.close();
    }
    int largest = sequence == 1 ? Math.min(segmentBytes, FIRST_BYTES) : segmentBytes;
    int size = Math.max(needed, share(files.usableSpace(directory), largest));
    try {
      return allocate(size);
    } catch (NoRoomException full) {
      int least = Math.max(needed, Math.min(segmentBytes, SPARE_BYTES));
      try {
        if (least < size) {
          return allocate(least);
        }
      } catch (NoRoomException fuller) {
        full.addSuppressed(fuller);
      }
      Reserved last = essential ? result(spare) : null;
      if (last == null || last.size < needed) {
        throw full;
      }
      spare = null;
      return last;
    }
  }

  private Reserved allocate(int size) throws IOException {
    return new Reserved(PREPARED, files.allocate(directory.resolve(PREPARED), size), size);
  }

  private static @Nullable Reserved result(@Nullable CompletableFuture<Reserved> future) {
    try {
      return future == null ? null : future.join();
    } catch (CompletionException failedThen) {
      return null; // space may have been freed since; the caller tries once more
    }
  }

  /** Gives back what is reserved; the spare segment stays for the next start. */
  void close() throws IOException {
    Reserved ahead = result(prepared);
    if (ahead != null) {
      ahead.file.close();
      files.delete(directory.resolve(PREPARED));
    }
    Reserved last = result(spare);
    if (last != null) {
      last.file.close();
    }
  }
}
