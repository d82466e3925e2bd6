// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.group.NodeGroups;
import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupJobState.Action;
import io.cairn.service.backup.BackupArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a backup when the last one in a directory is old enough, and prunes that directory
 * afterwards. {@link #look} is called now and then by one thread; the rest is thread-safe.
 */
public final class AutoBackups {
  private static final Logger log = LoggerFactory.getLogger(AutoBackups.class);

  private final BackupJobs jobs;
  private final BackupDirectory directory;
  private final BackupArguments settings;
  private final LongSupplier micros;
  private final AtomicLong performed = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private volatile boolean enabled;
  private volatile long nextMicros;

  /**
   * Nothing is due before the first look.
   *
   * @param directory where the backups go
   * @param micros microseconds since 1970
   */
  public AutoBackups(
      BackupJobs jobs, Path directory, BackupArguments settings, LongSupplier micros) {
    this.jobs = jobs;
    this.directory = new BackupDirectory(directory);
    this.settings = settings;
    this.micros = micros;
  }

  /** Has backups made from now on, or no more. */
  public void enable(boolean whether) {
    enabled = whether;
  }

  /** Whether backups are made. */
  public boolean isEnabled() {
    return enabled;
  }

  /** Where the backups go. */
  public Path directory() {
    return directory.path();
  }

  /** Backups that were made since the host was started. */
  public long performed() {
    return performed.get();
  }

  /** Backups that failed since then. */
  public long failed() {
    return failed.get();
  }

  /** Backups that were not begun since then, because another job was under way. */
  public long skipped() {
    return skipped.get();
  }

  /** Begins a backup if one is due. Does not block. */
  public void look() {
    if (!enabled || micros.getAsLong() < nextMicros) {
      return;
    }
    nextMicros = Long.MAX_VALUE; // until this one has ended
    try {
      var _ = jobs.begin(Action.BACKUP, directory.path().toUri().toString(), this::backUp);
    } catch (BackupException e) {
      skipped.incrementAndGet();
      again();
      log.info("No automatic backup now: {}", e.getMessage());
    }
  }

  /** What cannot be done now is tried again much sooner than the next is due. */
  private void again() {
    nextMicros = micros.getAsLong() + Math.min(settings.intervalMicros / 10 + 1, 600_000_000L);
  }

  private void backUp(BackupProgress progress) throws IOException {
    try {
      List<BackupManifest> before = directory.complete();
      long due =
          before.isEmpty() ? 0 : before.getLast().requestedMicros() + settings.intervalMicros;
      if (micros.getAsLong() < due) {
        progress.note("The last backup is not old enough yet");
        nextMicros = due;
        return;
      }
      BackupManifest made =
          jobs.toDirectory(directory.path(), NodeGroups.DEFAULT, isFullDue(before), progress);
      performed.incrementAndGet();
      nextMicros = made.requestedMicros() + settings.intervalMicros;
      prune(progress);
    } catch (IOException | RuntimeException e) {
      if (!(e instanceof BackupException known) || known.reason() != Reason.CANCELLED) {
        failed.incrementAndGet();
      }
      again();
      throw e;
    }
  }

  private boolean isFullDue(List<BackupManifest> before) {
    int since = 0;
    for (BackupManifest each : before.reversed()) {
      since++;
      if (each.base().isEmpty()) {
        return since >= settings.fullEvery;
      }
    }
    return true;
  }

  private void prune(BackupProgress progress) throws IOException {
    List<String> gone =
        directory.prune(
            new BackupDirectory.Rule(settings.keepLast, settings.keepDays), micros.getAsLong());
    if (!gone.isEmpty()) {
      progress.note("Deleted " + String.join(", ", gone));
    }
  }
}
