// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** Opens the directory that holds an index's files; tests put a failing disk in its place. */
@FunctionalInterface
public interface IndexDirectories {

  /** Opens the Lucene directory at a path. */
  Directory open(Path path, RoomRetry retry) throws IOException;

  static IndexDirectories onDisk() {
    return (path, retry) -> new RetryingDirectory(FSDirectory.open(path), retry);
  }
}
