// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.tasks;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import io.cairn.service.failure.Refusal;
import io.cairn.service.tasks.TaskService.TaskServiceState;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PATCH from a task to itself. What may pass by itself is tried again, with growing pauses; what
 * will not, ends the task as FAILED, so that whoever waits for it learns of it. Confined to one
 * delivery at a time.
 */
final class SelfPatch {

  private static final Logger log = LoggerFactory.getLogger(SelfPatch.class);
  private static final int MAX_RETRIES = 6;
  private static final long FIRST_PAUSE_MILLIS = 50;

  /** What is done about a patch that the task refuses. */
  private enum Refusal {
    /** The step is lost: the task fails. */
    FAILS_THE_TASK,
    /** Somebody else has moved the task on meanwhile, or nothing more can be done. */
    IS_IGNORED
  }

  private final TaskService<?> service;
  private final TaskServiceState task;
  private final Refusal refusal;
  private int retries;

  private SelfPatch(TaskService<?> service, TaskServiceState task, Refusal refusal) {
    this.service = service;
    this.task = task;
    this.refusal = refusal;
  }

  /** A step of the task; the state is copied. */
  static SelfPatch of(TaskService<?> service, TaskServiceState task) {
    Refusal refusal =
        TaskState.isEnded(task.taskInfo) ? Refusal.IS_IGNORED : Refusal.FAILS_THE_TASK;
    return new SelfPatch(service, Utils.clone(task), refusal);
  }

  /** The last step that is stored, again. */
  static SelfPatch resuming(TaskService<?> service, TaskServiceState task) {
    return new SelfPatch(service, Utils.clone(task), Refusal.IS_IGNORED);
  }

  void send() {
    service.sendRequest(
        Operation.createPatch(service.getUri())
            .setBody(task)
            .disableFailureLogging(true)
            .setCompletion(
                (op, failure) -> {
                  if (failure != null) {
                    failed(op, failure);
                  }
                }));
  }

  private void failed(Operation op, Throwable failure) {
    int status = op.getStatusCode();
    if (status == Operation.STATUS_CODE_NOT_FOUND || !service.getHost().isStarted()) {
      log.debug("{} is gone, its step is dropped", service.getSelfLink());
    } else if (isTransient(op, status) && retries < MAX_RETRIES) {
      retry(failure);
    } else if (refusal == Refusal.FAILS_THE_TASK) {
      log.warn(
          "A step of {} was lost, the task fails: {}", service.getSelfLink(), failure.toString());
      failTask(failure);
    } else {
      log.info("A step of {} was not taken: {}", service.getSelfLink(), failure.toString());
    }
  }

  private static boolean isTransient(Operation op, int status) {
    return status >= Operation.STATUS_CODE_INTERNAL_ERROR
        || status == Operation.STATUS_CODE_TIMEOUT
        || (status == Operation.STATUS_CODE_CONFLICT && isVersionConflict(op));
  }

  private static boolean isVersionConflict(Operation op) {
    ServiceErrorResponse error = op.getErrorResponseBody();
    return error != null
        && error.getErrorCode() == ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT;
  }

  private void retry(Throwable failure) {
    long pause = FIRST_PAUSE_MILLIS << retries++;
    log.debug("A step of {} is sent again: {}", service.getSelfLink(), failure.toString());
    try {
      var _ = service.getHost().schedule(this::send, pause, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The host stops; {} goes on when it is started again", service.getSelfLink());
    }
  }

  private void failTask(Throwable failure) {
    TaskState info = task.taskInfo == null ? new TaskState() : task.taskInfo;
    info.stage = TaskStage.FAILED;
    info.failure = Utils.toServiceErrorResponse(failure);
    task.taskInfo = info;
    task.failureMessage = String.valueOf(failure.getMessage());
    new SelfPatch(service, task, Refusal.IS_IGNORED).send();
  }
}
