// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.group.NodeGroups;
import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupJobState.Action;
import io.cairn.service.backup.BackupArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a backup of each group of this host when the last one in its directory is old enough, and
 * prunes that directory afterwards. {@link #look} is called now and then by one thread; the rest is
 * thread-safe.
 */
public final class AutoBackups {
  private static final Logger log = LoggerFactory.getLogger(AutoBackups.class);

  private static final long RETRY_MICROS = TimeUnit.MINUTES.toMicros(10);

  private final BackupJobs jobs;
  private final Path directory;
  private final Supplier<List<String>> groups;
  private final BackupArguments settings;
  private final LongSupplier micros;
  private final AtomicLong performed = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private volatile boolean enabled;

  /** Whether one of its own is under way. */
  private volatile boolean busy;

  /** When it is to look at a group again. */
  private final Map<String, Long> nextMicros = new ConcurrentHashMap<>();

  /**
   * Nothing is due before the first look.
   *
   * @param directory where the backups of the default group go; those of another go into one of its
   *     name in it
   * @param groups the groups that this host is in
   * @param micros microseconds since 1970
   */
  public AutoBackups(
      BackupJobs jobs,
      Path directory,
      Supplier<List<String>> groups,
      BackupArguments settings,
      LongSupplier micros) {
    this.jobs = jobs;
    this.directory = directory;
    this.groups = groups;
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

  /** Where the backups go; those of other groups than the default one into directories in it. */
  public Path directory() {
    return directory;
  }

  private BackupDirectory directoryOf(String group) {
    return new BackupDirectory(
        group.equals(NodeGroups.DEFAULT) ? directory : directory.resolve(group));
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
    if (!enabled || busy) {
      return;
    }
    long now = micros.getAsLong();
    for (String group : groups.get()) {
      if (nextMicros.getOrDefault(group, 0L) <= now) {
        begin(group);
        return; // the others in turn
      }
    }
  }

  private void begin(String group) {
    again(group); // unless it is known better
    try {
      busy = true;
      var _ =
          jobs.begin(
                  Action.BACKUP,
                  directoryOf(group).path().toUri().toString(),
                  progress -> backUp(group, progress))
              .ended()
              .whenComplete((_, _) -> busy = false);
    } catch (BackupException e) {
      busy = false;
      skipped.incrementAndGet();
      log.info("No automatic backup of group {} now: {}", group, e.getMessage());
    }
  }

  /** What cannot be done now is tried again much sooner than the next is due. */
  private void again(String group) {
    nextMicros.put(
        group, micros.getAsLong() + Math.min(settings.intervalMicros / 10 + 1, RETRY_MICROS));
  }

  private void backUp(String group, BackupProgress progress) throws IOException {
    BackupDirectory own = directoryOf(group);
    try {
      List<BackupManifest> before = own.complete();
      long due =
          before.isEmpty() ? 0 : before.getLast().requestedMicros() + settings.intervalMicros;
      if (micros.getAsLong() < due) {
        progress.note("The last backup is not old enough yet");
        nextMicros.put(group, due);
        return;
      }
      BackupManifest made = jobs.toDirectory(own.path(), group, isFullDue(before), progress);
      performed.incrementAndGet();
      nextMicros.put(group, made.requestedMicros() + settings.intervalMicros);
      prune(own, progress);
    } catch (IOException | RuntimeException e) {
      if (!(e instanceof BackupException known) || known.reason() != Reason.CANCELLED) {
        failed.incrementAndGet();
      }
      again(group);
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

  private void prune(BackupDirectory own, BackupProgress progress) throws IOException {
    List<String> gone =
        own.prune(
            new BackupDirectory.Rule(settings.keepLast, settings.keepDays), micros.getAsLong());
    if (!gone.isEmpty()) {
      progress.note("Deleted " + String.join(", ", gone));
    }
  }
}
