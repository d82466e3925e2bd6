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
 */
final class SegmentSupply {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentSupply.class);
  private static final String PREPARED = "prepared.tmp";

  /** A first segment is small, so that a fresh node starts quickly. */
  private static final int FIRST_BYTES = 4 << 20;

  private final Path directory;
  private final LogFileSystem files;
  private final int segmentBytes;
  private final RandomGenerator random;
  private final Executor background;
  private @Nullable CompletableFuture<LogFile> prepared;

  SegmentSupply(Path directory, int segmentBytes, LogEnvironment environment) {
    this.directory = directory;
    this.files = environment.files();
    this.segmentBytes = segmentBytes;
    this.random = environment.random();
    this.background = environment.background();
  }

  /** Returns the size of the segments. */
  int segmentBytes() {
    return segmentBytes;
  }

  /** Begins to reserve the next segment, unless that was begun. */
  void prepare() {
    if (prepared != null) {
      return;
    }
    CompletableFuture<LogFile> future = new CompletableFuture<>();
    prepared = future;
    background.execute(
        () -> {
          try {
            future.complete(files.allocate(directory.resolve(PREPARED), segmentBytes));
          } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot reserve the log's next segment yet: {}", e.toString());
            future.completeExceptionally(e);
          }
        });
  }

  /** Returns the next segment, ready to be written. */
  Segment take(long sequence, int previousEnd) throws IOException {
    LogFile file = preparedFile();
    int size = segmentBytes;
    if (file == null) {
      size = sequence == 1 ? Math.min(segmentBytes, FIRST_BYTES) : segmentBytes;
      file = files.allocate(directory.resolve(PREPARED), size);
    }
    String name = Segment.nameOf(sequence);
    Segment segment =
        new Segment(name, sequence, random.nextInt(), size, previousEnd, file);
    segment.writeHeader();
    files.rename(directory.resolve(PREPARED), directory.resolve(name));
    files.syncDirectory(directory);
    return segment;
  }

  private @Nullable LogFile preparedFile() {
    CompletableFuture<LogFile> future = prepared;
    prepared = null;
    try {
      return future == null ? null : future.join();
    } catch (CompletionException failedThen) {
      return null; // space may have been freed since; the caller tries once more
    }
  }

  void close() throws IOException {
    LogFile file = preparedFile();
    if (file != null) {
      file.close();
      files.delete(directory.resolve(PREPARED));
    }
  }
}
