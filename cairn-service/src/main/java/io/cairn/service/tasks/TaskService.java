// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.tasks;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that takes several steps, as a document that says how far it has come. Each step ends with a
 * PATCH that the task sends to itself: {@link #handlePatch} takes the new state over, completes the
 * operation and begins the step that the state names. What a step has reached is thus stored before
 * the next one begins, and a task that was under way when its host stopped goes on from there: its
 * present state is sent to it again. A step may therefore run twice and has to bear that.
 *
 * <p>A task that has not ended stays in memory. A PATCH to itself that is lost is sent again; one
 * that cannot be delivered, or a step that throws, ends the task as FAILED. A task that nobody
 * touches expires after four hours, unless its creator says otherwise.
 *
 * @param <T> the task's document
 */
public abstract class TaskService<T extends TaskService.TaskServiceState> extends StatefulService {

  /** How long a task lives whose creator does not say, in minutes. */
  public static final long DEFAULT_EXPIRATION_MINUTES = TimeUnit.HOURS.toMinutes(4);

  /** What every task has. */
  public abstract static class TaskServiceState extends ServiceDocument {
    public static final String FIELD_NAME_TASK_INFO = "taskInfo";

    /** How far the task has come. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable TaskState taskInfo;

    /** Why the task failed or was cancelled, for people. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable String failureMessage;
  }

  private volatile boolean unfinished;

  /**
   * A task with a certain document.
   *
   * @param stateType the class of the document, with a public constructor without arguments
   */
  protected TaskService(Class<? extends ServiceDocument> stateType) {
    super(stateType);
  }

  /** Accepts and starts a new task; has one that was interrupted go on. */
  @Override
  public void handleStart(Operation taskOperation) {
    T task = validateStartPost(taskOperation);
    if (task == null) {
      return;
    }
    if (taskOperation.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)) {
      initializeState(task, taskOperation);
      taskOperation.setBody(task).setStatusCode(Operation.STATUS_CODE_ACCEPTED);
    }
    unfinished = !TaskState.isEnded(task.taskInfo);
    taskOperation.complete();
    if (!unfinished) {
      return;
    }
    if (taskOperation.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)) {
      sendSelfPatch(task);
    } else {
      SelfPatch.resuming(this, task).send();
    }
  }

  /**
   * Checks what a task starts from. Overriding methods begin with {@code super.validateStartPost}.
   *
   * @return the body, or null if the operation has been failed
   */
  protected @Nullable T validateStartPost(Operation taskOperation) {
    if (!checkForBody(taskOperation)) {
      return null;
    }
    T task = getBody(taskOperation);
    boolean created = taskOperation.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED);
    TaskState info = task.taskInfo;
    if (created && info != null && info.stage != null && !TaskState.isCreated(info)) {
      taskOperation.fail(
          new IllegalArgumentException("taskInfo.stage is for the task to set, not " + info.stage));
      return null;
    }
    return task;
  }

  /**
   * Completes the state of a new task: stage STARTED, and the default expiration unless one is set.
   * Overriding methods end with {@code super.initializeState}.
   */
  protected void initializeState(T task, Operation taskOperation) {
    if (task.taskInfo == null) {
      task.taskInfo = new TaskState();
    }
    task.taskInfo.stage = TaskStage.STARTED;
    if (task.documentExpirationTimeMicros == 0) {
      setExpiration(task, DEFAULT_EXPIRATION_MINUTES, TimeUnit.MINUTES);
    }
  }

  /** Runs the handler; a step that throws after its PATCH was answered fails the task. */
  @Override
  public void handleRequest(Operation op) {
    if (op.getAction() != Action.PATCH && op.getAction() != Action.PUT) {
      super.handleRequest(op);
      return;
    }
    AtomicBoolean answered = new AtomicBoolean();
    op.nestCompletion(
        (done, failure) -> {
          answered.set(true);
          if (failure != null) {
            done.fail(failure);
            return;
          }
          T task = getState(done);
          unfinished = task != null && !TaskState.isEnded(task.taskInfo);
          done.complete();
        });
    try {
      super.handleRequest(op);
    } catch (RuntimeException e) {
      if (answered.get()) {
        stepFailed(op, e);
      } else {
        op.fail(e);
      }
    }
  }

  private void stepFailed(Operation op, RuntimeException failure) {
    logWarning("A step failed: %s", Utils.toString(failure));
    T task = getState(op);
    if (task != null && unfinished) {
      sendSelfFailurePatch(Utils.clone(task), String.valueOf(failure.getMessage()));
    }
  }

  /**
   * Checks that a PATCH moves a task forward: it names a stage, not CREATED, none before the
   * present one, and the task has not ended. Fails the operation otherwise.
   */
  protected boolean validateTransition(Operation patch, T currentTask, T patchBody) {
    String refusal = refusal(currentTask.taskInfo, patchBody.taskInfo);
    if (refusal != null) {
      patch.fail(new IllegalArgumentException(refusal));
    }
    return refusal == null;
  }

  private static @Nullable String refusal(@Nullable TaskState from, @Nullable TaskState to) {
    if (to == null || to.stage == null) {
      return "taskInfo.stage is required";
    }
    if (from == null || from.stage == null) {
      return "The task has no stage yet";
    }
    if (TaskState.isCreated(to)) {
      return "A task cannot be moved to CREATED";
    }
    if (TaskState.isEnded(from)) {
      return "The task has ended (%s), it cannot be moved to %s".formatted(from.stage, to.stage);
    }
    return to.stage.compareTo(from.stage) < 0
        ? "A task cannot be moved from %s to %s".formatted(from.stage, to.stage)
        : null;
  }

  /**
   * Takes over the fields of the body that merge by themselves, and an expiration if it has one.
   */
  protected void updateState(T currentTask, T patchBody) {
    Utils.mergeWithState(getStateDescription(), currentTask, patchBody);
  }

  /** Sends the task to itself. */
  protected void sendSelfPatch(T task) {
    SelfPatch.of(this, task).send();
  }

  /**
   * Moves the task to a stage.
   *
   * @param updateTaskState changes the task further before it is sent; may be null
   */
  protected void sendSelfPatch(
      T task, TaskStage stage, @Nullable Consumer<? super T> updateTaskState) {
    if (task.taskInfo == null) {
      task.taskInfo = new TaskState();
    }
    task.taskInfo.stage = stage;
    if (updateTaskState != null) {
      updateTaskState.accept(task);
    }
    sendSelfPatch(task);
  }

  /** Ends the task as FINISHED. */
  protected void sendSelfFinishedPatch(T task) {
    sendSelfPatch(task, TaskStage.FINISHED, null);
  }

  /** Ends the task as FAILED. */
  protected void sendSelfFailurePatch(T task, String failureMessage) {
    sendSelfPatch(task, TaskStage.FAILED, failed -> failed.failureMessage = failureMessage);
  }

  /** Ends the task as CANCELLED. */
  protected void sendSelfCancellationPatch(T task, String cancellationMessage) {
    sendSelfPatch(
        task, TaskStage.CANCELLED, cancelled -> cancelled.failureMessage = cancellationMessage);
  }

  /** Has the task expire some time from now. */
  protected void setExpiration(T task, long duration, TimeUnit unit) {
    task.documentExpirationTimeMicros =
        ChronoUnit.MICROS.between(Instant.EPOCH, getHost().now()) + unit.toMicros(duration);
  }

  @Override
  public boolean mayIdle() {
    return !unfinished;
  }

  /** Tasks that were created and have not ended. */
  @Override
  public @Nullable Query resumeQuery() {
    return Query.Builder.create()
        .addInClause(
            QuerySpecification.buildCompositeFieldName(
                TaskServiceState.FIELD_NAME_TASK_INFO, "stage"),
            List.of(TaskStage.CREATED.name(), TaskStage.STARTED.name()))
        .build();
  }
}
