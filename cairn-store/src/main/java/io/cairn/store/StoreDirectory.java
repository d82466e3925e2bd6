// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/**
 * The files of one partition: the marker, the record of the last commit, and the index in a
 * directory below. Tells a new store from a damaged one.
 */
final class StoreDirectory {
  static final String INDEX = "index";
  static final String LAST_COMMIT = "last-commit";

  /** Smaller files are verified whole at every open: that costs nothing. */
  private static final long SMALL_FILE = 64 * 1024;

  private final Path path;

  StoreDirectory(Path path) {
    this.path = path;
  }

  Path indexPath() {
    return path.resolve(INDEX);
  }

  /** The marker of the store that is here, or of the one that is to be made here. */
  StoreMarker prepare(boolean mustExist, long nowMicros) throws IOException {
    Files.createDirectories(path);
    StoreMarker marker = StoreMarker.read(path);
    if (marker == null) {
      if (!isEmpty(indexPath())) {
        throw new StoreCorruptedException(path, "its " + StoreMarker.FILE + " is missing", null);
      }
      if (mustExist) {
        throw new StoreCorruptedException(path, "the whole index is missing", null);
      }
      marker = StoreMarker.creating(nowMicros);
      marker.write(path);
    }
    if (marker.state() == StoreMarker.State.CREATING) {
      // Nothing was acknowledged yet: what an interrupted creation left is no index.
      Files.createDirectories(indexPath());
      clear(indexPath());
    } else if (!Files.isDirectory(indexPath())) {
      throw new StoreCorruptedException(path, "its directory " + INDEX + " is missing", null);
    }
    return marker;
  }

  void markReady(StoreMarker marker) throws IOException {
    marker.ready().write(path);
  }

  private static void clear(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Files.delete(entry);
      }
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  /** Checks the newest commit and its files. */
  void verify(Directory index, StoreMarker marker, StoreOptions.Verification how) {
    try {
      SegmentInfos commit = SegmentInfos.readLatestCommit(index);
      String storeId = PartitionIndex.storeIdOf(commit.getUserData());
      if (!marker.storeId().equals(storeId)) {
        throw new StoreCorruptedException(
            path, "its index belongs to store " + storeId + ", not " + marker.storeId(), null);
      }
      long recorded = recordedGeneration();
      if (commit.getGeneration() < recorded) {
        throw new StoreCorruptedException(
            path,
            "commit " + recorded + " was made, the newest found is " + commit.getGeneration(),
            null);
      }
      for (String file : commit.files(true)) {
        verifyFile(index, file, how);
      }
    } catch (IOException e) {
      throw failure("its index cannot be opened", e);
    }
  }

  private void verifyFile(Directory index, String file, StoreOptions.Verification how)
      throws IOException {
    try (IndexInput input = index.openInput(file, IOContext.READONCE)) {
      if (how == StoreOptions.Verification.CHECKSUMS || input.length() <= SMALL_FILE) {
        CodecUtil.checksumEntireFile(input);
      } else {
        CodecUtil.retrieveChecksum(input);
      }
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException("unreadable", file, e);
    }
  }

  /**
   * The exception for a failure of the index: corrupted where files are missing or wrong, otherwise
   * (a full disk, for instance) one that says that the store can be opened again.
   */
  StoreException failure(String what, Throwable cause) {
    if (cause instanceof StoreException known) {
      return known;
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (isCorruption(at)) {
        return new StoreCorruptedException(path, what + " (" + at + ")", cause);
      }
    }
    return new StoreException(
        "The document index in "
            + path
            + " failed: "
            + what
            + " ("
            + cause
            + "). Nothing acknowledged is lost: mend the cause (is the disk full?) and open it"
            + " again.",
        cause);
  }

  private static boolean isCorruption(Throwable cause) {
    return cause instanceof CorruptIndexException
        || cause instanceof IndexNotFoundException
        || cause instanceof IndexFormatTooOldException
        || cause instanceof IndexFormatTooNewException
        || cause instanceof NoSuchFileException
        || cause instanceof FileNotFoundException
        || cause instanceof EOFException;
  }

  /**
   * Notes that a commit was made, so that its disappearance is noticed. Without fsync: after a crash
   * of the machine an older note is as good.
   */
  void recordCommit(long generation) throws IOException {
    Path fresh = path.resolve(LAST_COMMIT + ".new");
    Files.writeString(fresh, Long.toString(generation), StandardCharsets.UTF_8);
    Files.move(fresh, path.resolve(LAST_COMMIT), StandardCopyOption.ATOMIC_MOVE);
  }

  private long recordedGeneration() throws IOException {
    @Nullable String text;
    try {
      text = Files.readString(path.resolve(LAST_COMMIT), StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return 0;
    }
    try {
      return text.isBlank() ? 0 : Long.parseLong(text.strip());
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  Path path() {
    return path;
  }
}
