// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * The files of a snapshot, opened to be read only: no store, no log, nothing is written. Used by
 * one thread.
 */
public final class ArchivedIndex implements Closeable {
  private final Directory directory;
  private final DirectoryReader all;
  private final DirectoryReader current;

  private ArchivedIndex(Directory directory, DirectoryReader all) throws IOException {
    this.directory = directory;
    this.all = all;
    this.current = new SoftDeletesDirectoryReaderWrapper(all, IndexFields.SUPERSEDED);
  }

  /**
   * Opens the files in a directory.
   *
   * @throws IOException if they are no index, damaged, or of a version that cannot be read
   */
  public static ArchivedIndex open(Path files) throws IOException {
    Directory directory = FSDirectory.open(files);
    try {
      return new ArchivedIndex(directory, DirectoryReader.open(directory));
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** How many documents there are, deleted ones that left a tombstone included. */
  public long count() {
    return current.numDocs();
  }

  /** Gives each document with its retained versions; see {@link EveryDocument}. */
  public void forEachDocument(Consumer<List<DocumentVersion>> sink) throws IOException {
    EveryDocument.of(current, all, sink);
  }

  @Override
  public void close() throws IOException {
    try {
      current.close();
    } finally {
      directory.close();
    }
  }
}
