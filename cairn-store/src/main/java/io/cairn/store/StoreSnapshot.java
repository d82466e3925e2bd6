// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.index.IndexCommit;

/**
 * A held commit of a store: its files do not change and are not removed until it is closed. Thread-
 * safe.
 */
public final class StoreSnapshot implements AutoCloseable {
  private final Path directory;
  private final IndexCommit commit;
  private final long index;
  private final Release release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Lets a commit go. */
  @FunctionalInterface
  interface Release {
    void release(IndexCommit commit);
  }

  StoreSnapshot(Path directory, IndexCommit commit, long index, Release release) {
    this.directory = directory;
    this.commit = commit;
    this.index = index;
    this.release = release;
  }

  /** The log index that the snapshot holds everything up to. */
  public long index() {
    return index;
  }

  /** The files of the snapshot, relative to the partition's directory. */
  public List<Path> files() {
    Path base = Path.of(StoreDirectory.INDEX);
    return fileNames().stream().sorted().map(base::resolve).toList();
  }

  private Collection<String> fileNames() {
    try {
      return commit.getFileNames();
    } catch (IOException e) {
      throw new UncheckedIOException("listing the files of a snapshot failed", e);
    }
  }

  /**
   * Puts the snapshot into an empty directory on the same file system, as hard links; a store can be
   * opened there at once.
   *
   * @throws UncheckedIOException if a link cannot be made
   */
  public void linkInto(Path target) {
    try {
      Files.createDirectories(target.resolve(StoreDirectory.INDEX));
      for (Path file : files()) {
        Files.createLink(target.resolve(file), directory.resolve(file));
      }
      Files.copy(directory.resolve(StoreMarker.FILE), target.resolve(StoreMarker.FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("linking a snapshot into " + target + " failed", e);
    }
  }

  /** Lets the files go. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.release(commit);
    }
  }
}
