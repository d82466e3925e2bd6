// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.runtime.backup.AutoBackups;
import io.cairn.runtime.backup.BackupCluster;
import io.cairn.runtime.backup.BackupException;
import io.cairn.runtime.backup.BackupJobState;
import io.cairn.runtime.backup.BackupJobs;
import io.cairn.runtime.backup.BackupJobs.Job;
import io.cairn.runtime.backup.BackupWish;
import io.cairn.runtime.backup.BackupsService;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.backup.BackupArguments;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** The backups of a host: what clients ask for, and those that it makes by itself. Thread-safe. */
final class HostBackups implements AutoCloseable {

  private static final String STAGING = "backup-staging";
  private static final String AUTOMATIC = "auto-backup";

  /** Before a request expires, it is answered with how far the job has come. */
  private static final long MARGIN_MICROS = TimeUnit.SECONDS.toMicros(1);

  private final BackupCluster cluster;
  private final BackupJobs jobs;
  private final AutoBackups automatic;
  private final BackupArguments settings;
  private final HostThreads threads;

  /**
   * Backs up what a cluster holds.
   *
   * @param cluster makes the rest of what backups need
   */
  HostBackups(HostCluster.Setup setup, BackupCluster cluster) {
    this.cluster = cluster;
    this.settings = setup.settings().backups();
    this.threads = setup.threads();
    this.jobs = new BackupJobs(cluster, settings.bytesPerSecond);
    Path directory =
        Objects.requireNonNullElse(
            setup.settings().autoBackupDirectory(), setup.sandbox().resolve(AUTOMATIC));
    this.automatic =
        new AutoBackups(jobs, directory, cluster::groupNames, settings, cluster.micros());
    automatic.enable(setup.settings().isAutoBackupEnabled());
  }

  /** Where a restoration keeps what it reads. */
  static Path staging(Path sandbox) {
    return sandbox.resolve(STAGING);
  }

  /** Starts the service that shows jobs. */
  void start(ServiceHost host) {
    host.startAndAwait(new BackupsService(jobs, this::mayAsk), BackupJobs.LINK);
  }

  BackupCluster cluster() {
    return cluster;
  }

  AutoBackups automatic() {
    return automatic;
  }

  /** Whoever has backups made names files and addresses, which this host's user may reach. */
  boolean mayAsk(Operation op) {
    return settings.remote || ServiceHostManagementService.isFromThisMachine(op);
  }

  /**
   * Does what a request wants, and answers it when that has ended, or shortly before the request
   * expires, or at once if it says so.
   *
   * @param kind one of {@link BackupWish#KINDS}
   */
  void handle(String kind, Operation op) {
    if (!mayAsk(op)) {
      op.fail(
          Operation.STATUS_CODE_FORBIDDEN,
          new IllegalStateException(
              "Backups are asked for from the host's own machine, over a loopback address. The setting remoteBackup=true lets others do so"),
          null);
      return;
    }
    BackupWish wish =
        BackupWish.of(kind, DocumentJson.standard().toTree(op.getBody(JsonNode.class)));
    if (wish instanceof BackupWish.Automatic configuration) {
      automatic.enable(configuration.enabled());
      op.complete();
      return;
    }
    try {
      answer(op, jobs.begin(wish), wish.direct());
    } catch (BackupException e) {
      op.fail(e.reason().status(), e, null);
    }
  }

  private void answer(Operation op, Job job, boolean direct) {
    long left = op.getExpirationMicrosUtc() - threads.machine().micros() - MARGIN_MICROS;
    if (!direct || left <= 0) {
      accepted(op, job);
      return;
    }
    var _ =
        job.ended()
            .copy()
            .orTimeout(left, TimeUnit.MICROSECONDS)
            .whenCompleteAsync(
                (state, late) -> {
                  if (late == null) {
                    ended(op, state);
                  } else {
                    accepted(op, job);
                  }
                },
                threads.handlers());
  }

  private static void accepted(Operation op, Job job) {
    BackupJobState state = job.state();
    op.setStatusCode(Operation.STATUS_CODE_ACCEPTED)
        .addResponseHeader(Operation.LOCATION_HEADER, String.valueOf(state.documentSelfLink))
        .setBodyNoCloning(state)
        .complete();
  }

  private static void ended(Operation op, BackupJobState state) {
    ServiceErrorResponse failure = state.taskInfo.failure;
    if (failure == null || state.taskInfo.stage == TaskStage.FINISHED) {
      op.setBodyNoCloning(state).complete();
    } else {
      op.fail(
          failure.statusCode, new IllegalStateException(String.valueOf(failure.message)), failure);
    }
  }

  /** Begins what is due. */
  void look() {
    automatic.look();
  }

  @Override
  public void close() {
    jobs.close();
  }
}
