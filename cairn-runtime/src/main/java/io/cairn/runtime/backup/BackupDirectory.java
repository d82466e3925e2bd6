// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.store.disk.StoreDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of backups, a directory each. Whoever makes one holds a lock on a file in it, so that
 * it can be told from one whose maker was killed.
 *
 * @param path where it is
 */
public record BackupDirectory(Path path) {
  private static final Logger log = LoggerFactory.getLogger(BackupDirectory.class);
  private static final String ID = "[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z-[0-9a-f]{6}";

  /** The file that is locked while a backup is made, and that is gone afterwards. */
  static final String LOCK = "in-progress";

  /** Whether a directory is a backup that was begun, and not finished. */
  static boolean isBegun(Path backup) {
    return isBackup(backup) && !Files.exists(backup.resolve(BackupManifest.FILE));
  }

  private static boolean isBackup(Path path) {
    return path.getFileName().toString().matches(ID) && Files.isDirectory(path);
  }

  /** The whole backups, oldest first; those that cannot be read are left out, with a warning. */
  public List<BackupManifest> complete() throws IOException {
    List<BackupManifest> all = new ArrayList<>();
    for (Path backup : backups(path)) {
      if (!isBegun(backup)) {
        try {
          all.add(StoredBackup.Directory.open(backup).manifest());
        } catch (BackupException e) {
          log.warn("{}", e.getMessage());
        }
      }
    }
    all.sort(Comparator.comparing(BackupManifest::id));
    return all;
  }

  /** The backups of a directory that were begun and not finished, those under way included. */
  static List<Path> incomplete(Path directory) throws IOException {
    return backups(directory).stream().filter(BackupDirectory::isBegun).toList();
  }

  private static List<Path> backups(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(BackupDirectory::isBackup).sorted().toList();
    }
  }

  /**
   * Which backups are kept.
   *
   * @param last how many of the last ones at least
   * @param days those of the last so many days, too
   */
  public record Rule(int last, int days) {}

  /**
   * Deletes the backups that a rule does not keep and that no kept one shares files with, and those
   * whose makers were killed; returns what was deleted.
   */
  public List<String> prune(Rule rule, long nowMicros) throws IOException {
    List<BackupManifest> all = complete();
    long youngerThan = nowMicros - TimeUnit.DAYS.toMicros(rule.days());
    Set<String> kept = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      BackupManifest each = all.get(i);
      if (i >= all.size() - rule.last() || each.requestedMicros() > youngerThan) {
        kept.add(each.id());
        kept.addAll(each.needs());
      }
    }
    List<String> gone = new ArrayList<>();
    for (BackupManifest each : all) {
      if (!kept.contains(each.id())) {
        delete(path.resolve(each.id()));
        gone.add(each.id());
      }
    }
    for (Path begun : incomplete(path)) {
      if (!isUnderWay(begun) && isBegun(begun)) {
        delete(begun);
        gone.add(begun.getFileName() + " (incomplete)");
      }
    }
    return gone;
  }

  /** The manifest first, so that what is left by a crash is no backup. */
  static void delete(Path backup) throws IOException {
    Files.deleteIfExists(backup.resolve(BackupManifest.FILE));
    StoreDirectory.deleteTree(backup);
  }

  private static boolean isUnderWay(Path backup) throws IOException {
    Path file = backup.resolve(LOCK);
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true; // of this process
    }
  }
}
