// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import org.jspecify.annotations.Nullable;

/** How far a task has come. A field of task documents; not thread-safe. */
@DocumentKind("com:vmware:xenon:common:TaskState")
public class TaskState {
  /** The stages of a task. The last three are final. */
  public enum TaskStage {
    CREATED,
    STARTED,
    FINISHED,
    FAILED,
    CANCELLED
  }

  /** The present stage. */
  public @Nullable TaskStage stage;

  /** Whether the request that creates the task is answered only when the task has ended. */
  public boolean isDirect;

  /** Why the task failed. */
  public @Nullable ServiceErrorResponse failure;

  /** How long the task took, in microseconds. */
  public @Nullable Long durationMicros;

  /** Creates a state without a stage. */
  public TaskState() {}

  /** Creates a state in stage CREATED. */
  public static TaskState create() {
    return at(TaskStage.CREATED);
  }

  /** Creates a state in stage CREATED of a task that answers when it has ended. */
  public static TaskState createDirect() {
    TaskState state = create();
    state.isDirect = true;
    return state;
  }

  /** Creates a state in stage STARTED. */
  public static TaskState createAsStarted() {
    return at(TaskStage.STARTED);
  }

  /** Creates a state in stage FINISHED. */
  public static TaskState createAsFinished() {
    return at(TaskStage.FINISHED);
  }

  /** Creates a state in stage FAILED. */
  public static TaskState createAsFailed() {
    return at(TaskStage.FAILED);
  }

  /** Creates a state in stage CANCELLED. */
  public static TaskState createAsCancelled() {
    return at(TaskStage.CANCELLED);
  }

  public static boolean isCreated(@Nullable TaskState state) {
    return isAt(state, TaskStage.CREATED);
  }

  public static boolean isFailed(@Nullable TaskState state) {
    return isAt(state, TaskStage.FAILED);
  }

  public static boolean isFinished(@Nullable TaskState state) {
    return isAt(state, TaskStage.FINISHED);
  }

  public static boolean isCancelled(@Nullable TaskState state) {
    return isAt(state, TaskStage.CANCELLED);
  }

  /** Tells whether the task has been started and has not ended. */
  public static boolean isInProgress(@Nullable TaskState state) {
    return isAt(state, TaskStage.STARTED);
  }

  /** Tells whether the task has ended: finished, failed or cancelled. */
  public static boolean isEnded(@Nullable TaskState state) {
    return state != null && state.stage != null && state.stage.compareTo(TaskStage.FINISHED) >= 0;
  }

  private static boolean isAt(@Nullable TaskState state, TaskStage stage) {
    return state != null && state.stage == stage;
  }

  private static TaskState at(TaskStage stage) {
    TaskState state = new TaskState();
    state.stage = stage;
    return state;
  }
}
