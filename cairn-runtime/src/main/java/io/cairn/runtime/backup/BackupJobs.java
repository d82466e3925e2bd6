// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupJobState.Action;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.disk.BytePace;
import io.cairn.store.disk.StoreDirectory;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backups and restores them, one at a time, on a thread of their own, and remembers the last
 * ones. Thread-safe.
 */
public final class BackupJobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackupJobs.class);
  private static final int REMEMBERED = 20;
  private static final Duration END = Duration.ofSeconds(10);
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Where the jobs are shown. */
  public static final String LINK = ServiceUriPaths.CORE_MANAGEMENT + "/backups";

  private final BackupCluster cluster;
  private final long bytesPerSecond;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private boolean closed;

  /**
   * Nothing is done yet.
   *
   * @param bytesPerSecond how much a job reads in a second at most
   */
  public BackupJobs(BackupCluster cluster, long bytesPerSecond) {
    this.cluster = cluster;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** What a job does. */
  @FunctionalInterface
  interface Work {
    void run(BackupProgress progress) throws IOException;
  }

  /** One backup, or restoration. */
  public final class Job {
    private final String id;
    private final Action action;
    private final String place;
    private final long began = cluster.micros().getAsLong();
    private final BackupProgress progress =
        new BackupProgress(new BytePace(bytesPerSecond, cluster.nanos()));
    private final CompletableFuture<BackupJobState> ended = new CompletableFuture<>();
    private volatile TaskState stage = TaskState.createAsStarted();

    private Job(String id, Action action, String place) {
      this.id = id;
      this.action = action;
      this.place = place;
    }

    /** Completes when the job has ended, however it has. */
    public CompletableFuture<BackupJobState> ended() {
      return ended;
    }

    /** Has it end soon. */
    public void cancel() {
      progress.cancel();
    }

    /** How far it has come. */
    public BackupJobState state() {
      BackupJobState state = new BackupJobState();
      state.documentSelfLink = LINK + "/" + id;
      state.taskInfo = stage;
      state.action = action;
      state.place = place;
      state.backup = progress.backup();
      state.step = progress.step();
      state.bytesDone = progress.bytesDone();
      state.bytesTotal = progress.bytesTotal();
      state.documentCount = progress.documentCount();
      state.startTimeMicros = began;
      state.notes = progress.notes();
      return state;
    }

    private void run(Work work) {
      TaskState end = new TaskState();
      try {
        StoreDirectory.deleteTree(cluster.staging());
        work.run(progress);
        end.stage = TaskStage.FINISHED;
        log.info("{} of {} at {} is done", action, progress.backup(), place);
      } catch (IOException | RuntimeException e) {
        end.stage = progress.isCancelled() ? TaskStage.CANCELLED : TaskStage.FAILED;
        end.failure = failure(e);
        log.warn("{} at {} was not done: {}", action, place, end.failure.message);
        log.debug("Why it was not done", e);
      } finally {
        end.durationMicros = cluster.micros().getAsLong() - began;
        stage = end;
        cleanUp();
        ended.complete(state());
      }
    }

    private void cleanUp() {
      try {
        StoreDirectory.deleteTree(cluster.staging());
      } catch (IOException e) {
        log.warn("{} could not be removed; the next backup tries again", cluster.staging(), e);
      }
    }
  }

  private static ServiceErrorResponse failure(Exception e) {
    ServiceErrorResponse failure = new ServiceErrorResponse();
    failure.message = e.getMessage() == null ? e.toString() : e.getMessage();
    failure.statusCode = e instanceof BackupException known ? known.reason().status() : 500;
    if (failure.statusCode == Reason.NO_ROOM.status()) {
      failure.setInternalErrorCode(ServiceErrorResponse.ERROR_CODE_DISK_FULL);
    }
    return failure;
  }

  /**
   * Begins what was asked for.
   *
   * @throws BackupException if another one is under way
   */
  public Job begin(BackupWish wish) throws BackupException {
    return switch (wish) {
      case BackupWish.Backup backup ->
          begin(
              Action.BACKUP, backup.destination().toString(), progress -> backup(backup, progress));
      case BackupWish.Restore restore ->
          begin(
              Action.RESTORE, restore.source().toString(), progress -> restore(restore, progress));
      case BackupWish.Wipe wipe ->
          begin(Action.WIPE, "", progress -> new RestoreRun(cluster, progress).wipe(wipe.group()));
      case BackupWish.Automatic automatic ->
          throw new IllegalArgumentException("nothing is to be done at once");
    };
  }

  synchronized Job begin(Action action, String place, Work work) throws BackupException {
    Job last = jobs.peekLast();
    if (closed) {
      throw new BackupException(Reason.UNAVAILABLE, "This host is stopping");
    }
    if (last != null && !last.ended.isDone()) {
      throw new BackupException(
          Reason.CONFLICT,
          "A %s is under way on this host: %s/%s shows it. Wait for it, or cancel it by a DELETE of that"
              .formatted(last.action, LINK, last.id));
    }
    Job job = new Job(UUID.randomUUID().toString(), action, place);
    if (jobs.size() == REMEMBERED) {
      jobs.removeFirst();
    }
    jobs.add(job);
    Thread.ofPlatform().daemon().name("cairn-backup").start(() -> job.run(work));
    return job;
  }

  /** The jobs that are remembered, oldest first. */
  public synchronized List<Job> all() {
    return List.copyOf(jobs);
  }

  /** A job by the last part of its link; null if there is none, or no more. */
  public synchronized @Nullable Job find(String id) {
    return jobs.stream().filter(job -> job.id.equals(id)).findFirst().orElse(null);
  }

  private void backup(BackupWish.Backup wish, BackupProgress progress) throws IOException {
    switch (wish.type()) {
      case DIRECTORY -> {
        var _ = toDirectory(Path.of(wish.destination()), wish.group(), wish.full(), progress);
      }
      case ZIP, STREAM -> archive(wish, progress);
    }
  }

  private void archive(BackupWish.Backup wish, BackupProgress progress) throws IOException {
    String id = newId();
    progress.names(id);
    BackupRun.Plan plan = new BackupRun.Plan(id, null, wish.group());
    if (BackupWish.isFile(wish.destination())) {
      Path named = Path.of(wish.destination());
      Path file = Files.isDirectory(named) ? named.resolve(id + ".zip") : named;
      var _ = new BackupRun(cluster, ArchiveTarget.file(file), plan, progress).run();
      progress.note("It is in " + file);
      return;
    }
    try (HttpClient client = Upload.client()) {
      ArchiveTarget target =
          new ArchiveTarget(new Upload(client, wish.destination(), wish.bearer()));
      var _ = new BackupRun(cluster, target, plan, progress).run();
    }
  }

  /** Makes a backup among others; one that is not full shares the files of the last. */
  BackupManifest toDirectory(Path directory, String group, boolean full, BackupProgress progress)
      throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new BackupException(
          Reason.INVALID,
          "%s is a file. Name a directory for backups, or ask for backupType ZIP and another name"
              .formatted(directory));
    }
    BackupManifest base = full ? null : base(directory, group);
    String id = newId();
    progress.names(id);
    return new BackupRun(
            cluster,
            new DirectoryTarget(directory, id),
            new BackupRun.Plan(id, base, group),
            progress)
        .run();
  }

  /**
   * The backup to share files with: the last of this group that this node has made, because
   * replicas of other nodes have files of their own; or the last one, for what only other nodes
   * hold.
   */
  private @Nullable BackupManifest base(Path directory, String group) throws IOException {
    String uid = cluster.group(group).view().uid();
    List<BackupManifest> fit = new ArrayList<>();
    for (BackupManifest each : new BackupDirectory(directory).complete()) {
      if (each.groupUid().equals(uid) && hasItsFiles(directory, each)) {
        fit.add(each);
      }
    }
    return fit.reversed().stream()
        .filter(each -> each.node().equals(cluster.self()))
        .findFirst()
        .orElse(fit.isEmpty() ? null : fit.getLast());
  }

  /** What is lost is not built upon; what is damaged is found by a verification. */
  private static boolean hasItsFiles(Path directory, BackupManifest manifest) {
    return manifest
        .files()
        .allMatch(
            file ->
                directory.resolve(file.in()).resolve(file.path()).toFile().length()
                    == file.bytes());
  }

  private String newId() {
    Instant now = Instant.EPOCH.plus(cluster.micros().getAsLong(), ChronoUnit.MICROS);
    return NAME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 6);
  }

  private void restore(BackupWish.Restore wish, BackupProgress progress) throws IOException {
    Path place;
    if (BackupWish.isFile(wish.source())) {
      place = Path.of(wish.source());
    } else {
      progress.begin("fetching", 0);
      place = Files.createDirectories(cluster.staging()).resolve("fetched.zip");
      Upload.fetch(wish.source(), wish.bearer(), place);
    }
    try (StoredBackup backup = StoredBackup.open(place, wish.atMicros(), wish.group())) {
      new RestoreRun(cluster, progress)
          .run(backup, new RestoreRun.Wish(wish.group(), wish.atMicros(), wish.beside()));
    }
  }

  /** Cancels what is under way, and waits for its end for a while. */
  @Override
  public void close() {
    Job last;
    synchronized (this) {
      closed = true;
      last = jobs.peekLast();
    }
    if (last != null) {
      last.cancel();
      try {
        var _ = last.ended.get(END.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        log.warn("A backup is still under way, and will be incomplete", e);
      }
    }
  }
}
