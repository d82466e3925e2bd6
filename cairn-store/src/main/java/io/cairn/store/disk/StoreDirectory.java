// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
public final class StoreDirectory {
  /** Where the first index is; those that replace it have a number appended. */
  public static final String INDEX = "index";

  /** Where a transfer is received. */
  public static final String INCOMING = "incoming";

  static final String LAST_COMMIT = "last-commit";

  /** Smaller files are verified whole at every open: that costs nothing. */
  private static final long SMALL_FILE = 64 * 1024;

  private final Path path;

  public StoreDirectory(Path path) {
    this.path = path;
  }

  public Path indexPath(StoreMarker marker) {
    return path.resolve(marker.index());
  }

  /** Where a transfer is received. */
  public Path incoming() {
    return path.resolve(INCOMING);
  }

  /** The marker of the store that is here, or of the one that is to be made here. */
  public StoreMarker prepare(long nowMicros) throws IOException {
    Files.createDirectories(path);
    StoreMarker marker = StoreMarker.read(path);
    if (marker == null) {
      if (hasIndex()) {
        throw new StoreCorruptedException(path, "its " + StoreMarker.FILE + " is missing", null);
      }
      marker = StoreMarker.creating(nowMicros);
      marker.write(path);
    }
    Path index = indexPath(marker);
    if (marker.state() == StoreMarker.State.REBUILDING) {
      throw new StoreCorruptedException(
          path, "its files were moved aside and nothing has replaced them yet", null);
    } else if (marker.state() == StoreMarker.State.CREATING) {
      // Nothing was acknowledged yet: what an interrupted creation left is no index.
      Files.createDirectories(index);
      clear(index);
    } else if (!Files.isDirectory(index)) {
      throw new StoreCorruptedException(
          path, "its directory " + marker.index() + " is missing", null);
    }
    return marker;
  }

  /** A name for an index that replaces the one that a marker names. */
  public static String nextIndexName(StoreMarker marker) {
    String number = marker.index().substring(INDEX.length());
    return INDEX + "-" + (number.isEmpty() ? 1 : Long.parseLong(number.substring(1)) + 1);
  }

  private static boolean isIndexName(String name) {
    return name.matches(INDEX + "(-[0-9]+)?");
  }

  private boolean hasIndex() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        if (isIndexName(entry.getFileName().toString()) && !isEmpty(entry)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Removes what an interrupted or finished replacement of the index left. */
  public void removeLeftovers(StoreMarker marker) throws IOException {
    deleteTree(incoming());
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (isIndexName(name) && !name.equals(marker.index())) {
          deleteTree(entry);
        }
      }
    }
  }

  /**
   * Moves what is here aside and marks the store as one that is to be rebuilt; goes on where an
   * interrupted call stopped. Returns where the files are, or null when there were none.
   */
  public @Nullable Path moveAside(long nowMicros) throws IOException {
    Files.createDirectories(path);
    deleteTree(incoming());
    Path aside = path.resolve("damaged-" + nowMicros);
    Path marker = path.resolve(StoreMarker.FILE);
    boolean begun = isRebuilding();
    if (!begun) {
      removeAside(); // the last damage is enough to look at, and the disk is finite
    }
    if (!begun && Files.exists(marker)) {
      Files.createDirectories(aside);
      Files.copy(marker, aside.resolve(StoreMarker.FILE), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!begun) {
      StoreMarker.rebuilding(nowMicros).write(path);
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (isIndexName(name) || name.equals(LAST_COMMIT)) {
          Files.createDirectories(aside);
          Files.move(entry, aside.resolve(name));
        }
      }
    }
    return Files.exists(aside) ? aside : null;
  }

  private void removeAside() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, "damaged-*")) {
      for (Path entry : entries) {
        deleteTree(entry);
      }
    }
  }

  private boolean isRebuilding() throws IOException {
    try {
      StoreMarker marker = StoreMarker.read(path);
      return marker != null && marker.state() == StoreMarker.State.REBUILDING;
    } catch (StoreCorruptedException _) {
      return false; // unreadable, which may be the damage
    }
  }

  /** Removes a directory with what is in it, if it is there. */
  public static void deleteTree(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          deleteTree(entry);
        } else {
          Files.deleteIfExists(entry);
        }
      }
    }
    Files.deleteIfExists(directory);
  }

  public void markReady(StoreMarker marker) throws IOException {
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

  /**
   * Checks the newest commit and its files.
   *
   * @param wholly whether every byte of every file is read, not only what frames it
   */
  public void verify(Directory index, StoreMarker marker, boolean wholly) {
    try {
      SegmentInfos commit = SegmentInfos.readLatestCommit(index);
      String storeId = commit.getUserData().get(StoreMarker.STORE_ID);
      if (!marker.storeId().equals(storeId)) {
        throw new StoreCorruptedException(
            path, "its index belongs to store " + storeId + ", not " + marker.storeId(), null);
      }
      long recorded = recordedGeneration(marker.index());
      if (commit.getGeneration() < recorded) {
        throw new StoreCorruptedException(
            path,
            "commit " + recorded + " was made, the newest found is " + commit.getGeneration(),
            null);
      }
      for (String file : commit.files(true)) {
        verifyFile(index, file, wholly);
      }
    } catch (IOException e) {
      throw failure("its index cannot be opened", e);
    }
  }

  /** Checks every byte of a file that was received. */
  public static void requireChecksum(Directory index, SnapshotFile file) throws IOException {
    try (IndexInput input = index.openInput(file.name(), IOContext.READONCE)) {
      if (input.length() != file.length()
          || CodecUtil.checksumEntireFile(input) != file.checksum()) {
        throw new CorruptIndexException("not the file that was announced", file.name());
      }
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException("unreadable", file.name(), e);
    }
  }

  private void verifyFile(Directory index, String file, boolean wholly) throws IOException {
    try (IndexInput input = index.openInput(file, IOContext.READONCE)) {
      if (wholly || input.length() <= SMALL_FILE) {
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
  public StoreException failure(String what, Throwable cause) {
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
   * Notes that a commit was made, so that its disappearance is noticed. Without fsync: after a
   * crash of the machine an older note is as good, and where there is no room for one.
   */
  public void recordCommit(StoreMarker marker, long generation, StoreRoom room) throws IOException {
    // Of its own for each index: one that is being replaced may commit for the last time.
    Path fresh = path.resolve(LAST_COMMIT + "." + marker.index() + ".new");
    try {
      Files.writeString(fresh, generation + " " + marker.index(), StandardCharsets.UTF_8);
      Files.move(fresh, path.resolve(LAST_COMMIT), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!room.isShortage(fresh, e)) {
        throw e;
      }
      Files.deleteIfExists(fresh);
    }
  }

  private long recordedGeneration(String index) throws IOException {
    String text;
    try {
      text = Files.readString(path.resolve(LAST_COMMIT), StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return 0;
    }
    String[] words = text.strip().split(" ", 2);
    // What was noted of another index says nothing of this one.
    boolean meant = words.length == 1 || words[1].equals(index);
    try {
      return meant ? Long.parseLong(words[0]) : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  public Path path() {
    return path;
  }
}
