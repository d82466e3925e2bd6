// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which files a snapshot has, and whose they are.
 *
 * @param storeId the identity of the store: files of one store that have the same name, length and
 *     checksum are the same
 * @param createdMicros when the store was made
 * @param files the files, the one that names the others last
 */
public record SnapshotTable(String storeId, long createdMicros, List<SnapshotFile> files) {
  private static final int MAX_FILES = 100_000;

  /** Copies the list. */
  public SnapshotTable {
    files = List.copyOf(files);
  }

  /** A table that names no file: what somebody has who has nothing. */
  public static SnapshotTable none() {
    return new SnapshotTable("", 0, List.of());
  }

  /** Those files that another table does not have, in order. */
  public List<SnapshotFile> without(SnapshotTable known) {
    Set<SnapshotFile> there = known.storeId.equals(storeId) ? Set.copyOf(known.files) : Set.of();
    return files.stream().filter(file -> !there.contains(file)).toList();
  }

  /** Writes the table; how many files it has is written elsewhere. */
  public void write(DataOutput target) throws IOException {
    target.writeUTF(storeId);
    target.writeLong(createdMicros);
    for (SnapshotFile file : files) {
      target.writeUTF(file.name());
      target.writeLong(file.length());
      target.writeLong(file.checksum());
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if it cannot be right
   */
  public static SnapshotTable read(DataInput source, long count) throws IOException {
    if (count <= 0 || count > MAX_FILES) {
      throw new IOException("the transfer is damaged: it has " + count + " files");
    }
    String storeId = source.readUTF();
    long created = source.readLong();
    List<SnapshotFile> files = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      files.add(
          new SnapshotFile(requireName(source.readUTF()), source.readLong(), source.readLong()));
    }
    return new SnapshotTable(storeId, created, files);
  }

  /** A name that cannot lead out of the directory. */
  private static String requireName(String name) throws IOException {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")) {
      throw new IOException("the transfer is damaged: it has a file named " + name);
    }
    return name;
  }
}
