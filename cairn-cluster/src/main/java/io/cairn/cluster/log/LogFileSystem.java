// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The few file operations the log needs, so that tests can own the disk. Safe for all threads. */
public interface LogFileSystem {

  /** Creates the directory, and its parents, if it is missing. */
  void createDirectories(Path directory) throws IOException;

  /** Returns the names of the files in the directory. */
  List<String> list(Path directory) throws IOException;

  /**
   * Takes the directory for this process.
   *
   * @return releases it when closed
   * @throws LogLockedException if another has it
   */
  Closeable lock(Path directory) throws IOException;

  /**
   * Creates (or overwrites) a file of {@code size} zero bytes whose space is reserved on disk.
   *
   * @throws NoRoomException if there is no room for it; nothing of it is left
   */
  LogFile allocate(Path file, long size) throws IOException;

  /** Opens an existing file. */
  LogFile open(Path file) throws IOException;

  /** Returns how many bytes the directory's disk could still take. */
  long usableSpace(Path directory);

  /** Renames a file within its directory. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file if it exists. */
  void delete(Path file) throws IOException;

  /** Makes creations, renames and deletions in the directory durable. */
  void syncDirectory(Path directory) throws IOException;
}
