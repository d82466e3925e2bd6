// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupManifest.FileCopy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipException;

/** Reads every byte of a backup and compares it with what the manifest says. Used by one thread. */
public final class BackupVerification {
  private static final int BUFFER = 64 * 1024;

  private final BackupProgress progress;

  private BackupVerification(BackupProgress progress) {
    this.progress = progress;
  }

  /**
   * What came of it.
   *
   * @param manifest what the backup says of itself
   * @param problems what is wrong with it, a sentence for each file; none if it is whole
   */
  public record Outcome(BackupManifest manifest, List<String> problems) {}

  /**
   * Verifies the backup that is in a place; see {@link StoredBackup#open}.
   *
   * @throws BackupException if there is none, or its manifest is missing or damaged
   */
  public static Outcome of(Path place, BackupProgress progress) throws IOException {
    try (StoredBackup backup = StoredBackup.open(place, 0, null)) {
      return new Outcome(backup.manifest(), new BackupVerification(progress).problems(backup));
    }
  }

  /**
   * Makes sure that a backup is whole.
   *
   * @throws BackupException if it is not, with what is wrong
   */
  static void require(StoredBackup backup, BackupProgress progress) throws IOException {
    List<String> problems = new BackupVerification(progress).problems(backup);
    if (!problems.isEmpty()) {
      throw new BackupException(
          Reason.INVALID,
          "The backup %s is damaged, and nothing was restored: %s%s. Use another one"
              .formatted(
                  backup.manifest().id(),
                  String.join("; ", problems.subList(0, Math.min(3, problems.size()))),
                  problems.size() > 3 ? "; and %d more files".formatted(problems.size() - 3) : ""));
    }
  }

  private List<String> problems(StoredBackup backup) throws IOException {
    progress.names(backup.manifest().id());
    progress.begin("verifying", backup.manifest().bytes());
    List<String> problems = new ArrayList<>();
    for (FileCopy file : backup.manifest().files().toList()) {
      String where =
          file.in().equals(backup.manifest().id())
              ? file.path()
              : "%s of the earlier backup %s".formatted(file.path(), file.in());
      try {
        check(backup, file, where, problems);
      } catch (NoSuchFileException | FileNotFoundException e) {
        problems.add(where + " is missing");
      } catch (ZipException e) {
        problems.add("%s is damaged: %s".formatted(where, e.getMessage()));
      }
    }
    return problems;
  }

  private void check(StoredBackup backup, FileCopy file, String where, List<String> problems)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    long bytes = 0;
    try (InputStream in = backup.open(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        bytes += count;
        progress.advance(count);
      }
    }
    if (bytes != file.bytes()) {
      problems.add("%s has %d bytes, not %d".formatted(where, bytes, file.bytes()));
    } else if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      problems.add(where + " has a wrong checksum");
    }
  }
}
