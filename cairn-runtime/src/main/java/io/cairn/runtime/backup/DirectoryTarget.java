// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.log.DurableFile;
import io.cairn.store.disk.StoreMarker;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Writes a backup as a directory. */
final class DirectoryTarget implements BackupTarget {

  private final Path directory;
  private final FileChannel lock;
  private final Set<Path> changed = new LinkedHashSet<>();

  /** Directories above it that were not there, the lowest first. */
  private final List<Path> made = new ArrayList<>();

  private boolean finished;

  /**
   * Begins.
   *
   * @param parent the directory of backups
   * @param id the name of this one
   */
  DirectoryTarget(Path parent, String id) throws IOException {
    this.directory = parent.resolve(id);
    for (Path at = parent.toAbsolutePath();
        at != null && Files.notExists(at);
        at = at.getParent()) {
      made.add(at);
    }
    Files.createDirectories(parent);
    Files.createDirectory(directory);
    this.lock =
        FileChannel.open(
            directory.resolve(BackupDirectory.LOCK),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    var _ = lock.tryLock();
    changed.add(parent);
    changed.add(directory);
  }

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path file = directory.resolve(path);
    for (Path at = file.getParent(); at != null && !at.equals(directory); at = at.getParent()) {
      changed.add(at);
    }
    Files.createDirectories(file.getParent());
    OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        super.close();
        StoreMarker.sync(file, StandardOpenOption.WRITE);
      }
    };
  }

  @Override
  public void finish(byte[] manifest) throws IOException {
    for (Path each : changed) {
      StoreMarker.sync(each, StandardOpenOption.READ);
    }
    new DurableFile(directory.resolve(BackupManifest.FILE)).write(manifest);
    finished = true;
    lock.close();
    Files.deleteIfExists(directory.resolve(BackupDirectory.LOCK));
  }

  @Override
  public void abandon() throws IOException {
    if (!finished) {
      try {
        BackupDirectory.delete(directory);
      } finally {
        lock.close();
      }
      removeMade();
    }
  }

  private void removeMade() throws IOException {
    try {
      for (Path each : made) {
        Files.deleteIfExists(each);
      }
    } catch (DirectoryNotEmptyException e) {
      // Somebody else uses it by now, and those above.
    }
  }
}
