// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupManifest.FileCopy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A backup to be read: a directory, or an archive. Used by one thread. */
public sealed interface StoredBackup extends Closeable {

  /** Where it is, for people. */
  Path place();

  /** What it holds. */
  BackupManifest manifest();

  /**
   * Opens a file of it.
   *
   * @throws NoSuchFileException if it is missing
   */
  InputStream open(FileCopy file) throws IOException;

  /** Where a file lies by itself; null in an archive. */
  @Nullable Path path(FileCopy file);

  /**
   * Opens the backup that is in a place: a backup's directory, an archive, or a directory of
   * backups.
   *
   * @param atMicros which of several backups is meant: the first that holds this moment; 0 for the
   *     last
   * @param group of which group, if there are several backups; null for any
   * @throws BackupException if there is none, or it is not whole
   */
  static StoredBackup open(Path place, long atMicros, @Nullable String group) throws IOException {
    if (Files.isRegularFile(place)) {
      return Archive.open(place);
    }
    if (!Files.isDirectory(place)) {
      throw new BackupException(Reason.INVALID, "There is no backup at " + place);
    }
    if (Files.exists(place.resolve(BackupManifest.FILE))) {
      return Directory.open(place);
    }
    List<BackupManifest> any = new BackupDirectory(place).complete();
    List<BackupManifest> all =
        any.stream().filter(each -> group == null || each.group().equals(group)).toList();
    if (all.isEmpty() && !any.isEmpty()) {
      throw new BackupException(
          Reason.INVALID,
          "The backups at %s are of group %s, not of %s: name one of them, such as %s"
              .formatted(place, any.getLast().group(), group, place.resolve(any.getLast().id())));
    }
    BackupManifest found =
        all.stream()
            .filter(each -> atMicros > 0 && each.requestedMicros() >= atMicros)
            .findFirst()
            .orElse(all.isEmpty() ? null : all.getLast());
    if (found == null) {
      boolean begun =
          BackupDirectory.isBegun(place) || !BackupDirectory.incomplete(place).isEmpty();
      throw new BackupException(
          Reason.INVALID,
          begun
              ? "The backup at %s is incomplete: it has no %s, because whoever made it was stopped before it ended. Use another one, and delete this"
                  .formatted(place, BackupManifest.FILE)
              : "There is no backup at " + place);
    }
    return Directory.open(place.resolve(found.id()));
  }

  /** Beside other backups in one directory, some of which may have files of this one. */
  record Directory(Path place, BackupManifest manifest) implements StoredBackup {

    static Directory open(Path place) throws IOException {
      return new Directory(
          place,
          BackupManifest.of(
              Files.readAllBytes(place.resolve(BackupManifest.FILE)), place.toString()));
    }

    @Override
    public Path path(FileCopy file) {
      Path holder =
          file.in().equals(manifest.id()) ? place : place.resolveSibling(file.in()).normalize();
      return holder.resolve(file.path());
    }

    @Override
    public InputStream open(FileCopy file) throws IOException {
      return Files.newInputStream(path(file));
    }

    @Override
    public void close() {}
  }

  /** One file. */
  record Archive(Path place, BackupManifest manifest, ZipFile zip) implements StoredBackup {

    static Archive open(Path place) throws IOException {
      ZipFile zip;
      try {
        zip = new ZipFile(place.toFile());
      } catch (ZipException e) {
        throw new BackupException(
            Reason.INVALID,
            "%s is no backup, or a damaged one: %s".formatted(place, e.getMessage()),
            e);
      }
      try {
        return new Archive(place, manifest(place, zip), zip);
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    }

    private static BackupManifest manifest(Path place, ZipFile zip) throws IOException {
      ZipEntry entry = zip.getEntry(BackupManifest.FILE);
      if (entry == null) {
        throw new BackupException(
            Reason.INVALID,
            "%s is no backup, or an incomplete one: it has no %s"
                .formatted(place, BackupManifest.FILE));
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return BackupManifest.of(in.readAllBytes(), place.toString());
      } catch (ZipException e) {
        throw new BackupException(
            Reason.INVALID, "The backup %s is damaged: %s".formatted(place, e.getMessage()), e);
      }
    }

    @Override
    public @Nullable Path path(FileCopy file) {
      return null;
    }

    @Override
    public InputStream open(FileCopy file) throws IOException {
      ZipEntry entry = zip.getEntry(file.path());
      if (entry == null) {
        throw new NoSuchFileException(file.path());
      }
      return zip.getInputStream(entry);
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }
}
