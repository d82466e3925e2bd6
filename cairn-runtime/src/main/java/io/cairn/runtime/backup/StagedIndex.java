// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.runtime.backup.BackupManifest.FileCopy;
import io.cairn.runtime.backup.BackupManifest.PartitionCopy;
import io.cairn.store.SnapshotStream;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.index.ArchivedIndex;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The files of one partition in a directory of their own, so that they can be read as an index:
 * links to those of a directory, copies of others. Removed when it is closed. Used by one thread.
 */
final class StagedIndex implements AutoCloseable {
  private final Path directory;
  private final ArchivedIndex index;

  private StagedIndex(Path directory, ArchivedIndex index) {
    this.directory = directory;
    this.index = index;
  }

  /** Fills a directory. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path directory) throws IOException;
  }

  /** Stages a partition of a backup. */
  static StagedIndex of(StoredBackup backup, PartitionCopy partition, Path directory)
      throws IOException {
    return open(
        directory,
        target -> {
          for (FileCopy file : partition.files()) {
            Path here = target.resolve(file.name());
            Path there = backup.path(file);
            if (there == null) {
              try (InputStream in = backup.open(file)) {
                Files.copy(in, here);
              }
            } else {
              link(here, there.toAbsolutePath());
            }
          }
        });
  }

  /** Stages a partition that only another node has. */
  static StagedIndex of(SnapshotStream stream, Path directory) throws IOException {
    return open(
        directory,
        target -> stream.readAll(file -> Files.newOutputStream(target.resolve(file.name()))));
  }

  private static void link(Path here, Path there) throws IOException {
    try {
      Files.createSymbolicLink(here, there);
    } catch (UnsupportedOperationException | IOException e) {
      Files.copy(there, here);
    }
  }

  private static StagedIndex open(Path directory, Filling filling) throws IOException {
    StoreDirectory.deleteTree(directory);
    Files.createDirectories(directory);
    try {
      filling.fill(directory);
      return new StagedIndex(directory, ArchivedIndex.open(directory));
    } catch (IOException | RuntimeException e) {
      StoreDirectory.deleteTree(directory);
      throw e;
    }
  }

  long count() {
    return index.count();
  }

  void forEachDocument(Consumer<List<DocumentVersion>> sink) throws IOException {
    index.forEachDocument(sink);
  }

  @Override
  public void close() throws IOException {
    index.close();
    StoreDirectory.deleteTree(directory);
  }
}
