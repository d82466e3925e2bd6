// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreMarker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/**
 * A held commit of a store: its files do not change and are not removed until it is closed. Thread-
 * safe.
 */
public final class StoreSnapshot implements AutoCloseable {
  private final Path directory;
  private final StoreMarker marker;
  private final IndexCommit commit;
  private final long index;
  private final Release release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Lets a commit go. */
  @FunctionalInterface
  interface Release {
    void release(IndexCommit commit);
  }

  StoreSnapshot(
      Path directory, StoreMarker marker, IndexCommit commit, long index, Release release) {
    this.directory = directory;
    this.marker = marker;
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
    Path base = Path.of(marker.index());
    return fileNames().stream().sorted().map(base::resolve).toList();
  }

  /**
   * The same files with what a receiver needs to check them, the one that names the others last.
   */
  public List<SnapshotFile> describeFiles() throws IOException {
    List<SnapshotFile> described = new ArrayList<>();
    for (String name : fileNames()) {
      try (IndexInput input = commit.getDirectory().openInput(name, IOContext.READONCE)) {
        long checksum = CodecUtil.retrieveChecksum(input);
        described.add(new SnapshotFile(name, input.length(), checksum));
      }
    }
    String last = commit.getSegmentsFileName();
    described.sort(
        Comparator.comparing((SnapshotFile file) -> file.name().equals(last))
            .thenComparing(SnapshotFile::name));
    return described;
  }

  /** Opens a file, by its name in the index directory. */
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(directory.resolve(marker.index()).resolve(name));
  }

  /** The same with the identity of the store. */
  SnapshotTable table() throws IOException {
    return new SnapshotTable(marker.storeId(), marker.createdMicros(), describeFiles());
  }

  /** What says whose files these are. */
  StoreMarker marker() {
    return marker;
  }

  private Collection<String> fileNames() {
    try {
      return commit.getFileNames();
    } catch (IOException e) {
      throw new UncheckedIOException("listing the files of a snapshot failed", e);
    }
  }

  /**
   * Puts the snapshot into an empty directory on the same file system, as hard links; a store can
   * be opened there at once.
   *
   * @throws UncheckedIOException if a link cannot be made
   */
  public void linkInto(Path target) {
    try {
      linkFilesInto(target.resolve(StoreDirectory.INDEX));
      marker.at(StoreDirectory.INDEX).write(target);
    } catch (IOException e) {
      throw new UncheckedIOException("linking a snapshot into " + target + " failed", e);
    }
  }

  /** Puts the files of the snapshot, as hard links, into a directory, which is made. */
  void linkFilesInto(Path index) throws IOException {
    Files.createDirectories(index);
    for (Path file : files()) {
      Files.createLink(index.resolve(file.getFileName()), directory.resolve(file));
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
