// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.log.LogFile;
import io.cairn.cluster.log.LogFileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system that tells of everything it is about to do to the disk, which takes time or fails.
 */
public final class WatchedFiles implements LogFileSystem {

  /** Told before each operation, and throws to prevent it; and after an fsync. */
  public interface Watcher {
    void before(String operation) throws IOException;

    default void forced() {}
  }

  private final LogFileSystem files;
  private final Watcher watcher;

  public WatchedFiles(LogFileSystem files, Watcher watcher) {
    this.files = files;
    this.watcher = watcher;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    files.createDirectories(directory);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    return files.lock(directory);
  }

  @Override
  public LogFile allocate(Path file, long size) throws IOException {
    watcher.before("allocate");
    return new WatchedFile(files.allocate(file, size));
  }

  @Override
  public long usableSpace(Path directory) {
    return files.usableSpace(directory);
  }

  @Override
  public LogFile open(Path file) throws IOException {
    return new WatchedFile(files.open(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    watcher.before("rename");
    files.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    watcher.before("delete");
    files.delete(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    watcher.before("syncDirectory");
    files.syncDirectory(directory);
  }

  private final class WatchedFile implements LogFile {
    private final LogFile file;

    WatchedFile(LogFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      watcher.before("write");
      file.write(source, position);
    }

    @Override
    public void force() throws IOException {
      watcher.before("force");
      file.force();
      watcher.forced();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
