// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.runtime.backup.BackupJobs.Job;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The backups and restorations of this host, by GET: those that it remembers, or one of them. A
 * DELETE of one has it end.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class BackupsService extends StatelessService {

  private final BackupJobs jobs;
  private final Predicate<Operation> mayCancel;

  /**
   * The answer to a GET of all.
   *
   * @param jobs the jobs, oldest first
   */
  public record Jobs(List<BackupJobState> jobs) {}

  /**
   * Shows jobs at {@link BackupJobs#LINK}.
   *
   * @param mayCancel whose requests may have one end
   */
  public BackupsService(BackupJobs jobs, Predicate<Operation> mayCancel) {
    super(BackupJobState.class);
    this.jobs = jobs;
    this.mayCancel = mayCancel;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleGet(Operation get) {
    if (idOf(get).isEmpty()) {
      get.setBodyNoCloning(new Jobs(jobs.all().stream().map(Job::state).toList())).complete();
      return;
    }
    Job job = jobs.find(idOf(get));
    if (job == null) {
      notFound(get);
    } else {
      get.setBodyNoCloning(job.state()).complete();
    }
  }

  @Override
  public void handleDelete(Operation delete) {
    if (idOf(delete).isEmpty()) {
      super.handleDelete(delete);
      return;
    }
    Job job = jobs.find(idOf(delete));
    if (job == null) {
      notFound(delete);
      return;
    }
    if (!mayCancel.test(delete)) {
      delete.fail(
          Operation.STATUS_CODE_FORBIDDEN,
          new IllegalStateException(
              "A backup is cancelled from the host's own machine, unless remoteBackup is set"),
          null);
      return;
    }
    job.cancel();
    delete.setStatusCode(Operation.STATUS_CODE_ACCEPTED).setBodyNoCloning(job.state()).complete();
  }

  @Override
  public Set<Action> verbs(String path) {
    return EnumSet.of(Action.GET, Action.DELETE, Action.OPTIONS);
  }

  private void notFound(Operation op) {
    StandardRefusal.NOT_FOUND.answer(
        op,
        "This host does not know %s; GET %s lists what it does know"
            .formatted(op.getUri().getPath(), getSelfLink()));
  }

  private String idOf(Operation op) {
    String path = op.getUri().getPath();
    String below = getSelfLink() + "/";
    return path.startsWith(below) ? path.substring(below.length()) : "";
  }
}
