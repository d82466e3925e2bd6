// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.runtime.query.limits.TaskMemory;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.tasks.GraphQueryTask;
import io.cairn.service.tasks.TaskFactoryService;
import io.cairn.service.tasks.TaskService;
import org.jspecify.annotations.Nullable;

/**
 * One graph query: runs its stages one after the other, on its own. Its document has all results in
 * the end. It lives on the node that was asked.
 */
@Needs(read = Access.FILTERED, write = Access.FILTERED, owned = true)
public final class GraphQueryService extends TaskService<GraphQueryTask> {

  private final IndexQueries queries;

  /** Whether the task was cancelled or deleted: nobody will read what it finds. */
  private volatile boolean over;

  /** When the task expires, if whoever made it said so; 0 if not. */
  private volatile long untilMicros;

  /** Who has asked: what it may read is all that is found. */
  private volatile @Nullable AuthorizationContext maker;

  /** What it has of the memory for tasks; guarded by this. */
  private long held;

  private GraphQueryService(IndexQueries queries) {
    super(GraphQueryTask.class);
    this.queries = queries;
    toggleOption(ServiceOption.CORE, true);
  }

  /** A factory of graph queries; holds direct ones open. */
  public static FactoryService createFactory(IndexQueries queries) {
    return TaskFactoryService.create(
        () -> new GraphQueryService(queries), GraphQueryTask.class, ServiceOption.CORE);
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    if (template.documentDescription != null) {
      // Results are as large as what was found; each stage is bounded.
      template.documentDescription.serializedStateSizeLimit = Integer.MAX_VALUE;
    }
    return template;
  }

  @Override
  protected @Nullable GraphQueryTask validateStartPost(Operation post) {
    GraphQueryTask task = super.validateStartPost(post);
    if (task == null) {
      return null;
    }
    new GraphStages(task, queries).prepare();
    long now = queries.engine().nowMicros();
    untilMicros = task.documentExpirationTimeMicros;
    // Of one that goes on as it was on a host before, it is not known any more who has asked.
    maker =
        post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)
            ? post.getAuthorizationContext()
            : null;
    if (task.documentExpirationTimeMicros == 0) {
      task.documentExpirationTimeMicros = now + IndexQueries.DEFAULT_LIFE_MICROS;
    } else if (task.documentExpirationTimeMicros <= now) {
      throw new IllegalArgumentException("documentExpirationTimeMicros is in the past");
    }
    task.currentDepth = 0;
    task.resultLinks.clear();
    String refusal = hold(TaskMemory.TASK_BYTES + Utils.toJson(task).length());
    if (refusal != null) {
      Operation.failLimitExceeded(
          post, ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED, refusal);
      return null;
    }
    return task;
  }

  @Override
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }

  /** Takes what the task itself has found out; from anybody else the wish to cancel it. */
  @Override
  public void handlePatch(Operation patch) {
    GraphQueryTask current = getState(patch);
    GraphQueryTask body = getBody(patch);
    boolean cancels = TaskState.isCancelled(body.taskInfo);
    if (patch.isRemote() && !cancels) {
      throw new IllegalArgumentException(
          "A query can only be cancelled: taskInfo.stage must be CANCELLED");
    }
    if (current == null || !validateTransition(patch, current, body)) {
      return;
    }
    updateState(current, body);
    boolean ended = TaskState.isEnded(body.taskInfo);
    if (ended && !cancels) {
      current.stages = body.stages;
      current.resultLinks = body.resultLinks;
      current.currentDepth = body.currentDepth;
    }
    over |= cancels;
    patch.complete();
    if (!ended) {
      GraphQueryTask own = Utils.clone(current);
      getHost().run(() -> inTurn(own));
    }
  }

  /** It has to wait for its turn as other queries of clients do. */
  private void inTurn(GraphQueryTask task) {
    Operation turn =
        Operation.createPost(getUri())
            .forceRemote()
            .setAbandonment(() -> over)
            .setCompletion(
                (refused, failure) -> {
                  if (failure != null && !over) {
                    fail(task, failure, refused.getStatusCode());
                  }
                });
    queries.engine().inTurn(turn, () -> run(task));
  }

  private void run(GraphQueryTask task) {
    long begun = queries.engine().clock().nanos();
    try {
      new GraphStages(task, queries).run(queries.engine().limited(() -> over, maker, untilMicros));
      long bytes = 0;
      for (QueryTask stage : task.stages) {
        bytes += stage.results == null ? 0 : TaskMemory.weigh(stage.results);
      }
      String refusal = hold(bytes);
      if (refusal != null) {
        throw new IllegalStateException(refusal);
      }
    } catch (RuntimeException e) {
      if (!over) {
        fail(task, e, Answers.statusOf(e));
      }
      return;
    }
    sendSelfPatch(
        task,
        TaskStage.FINISHED,
        finished -> {
          if (finished.taskInfo != null) {
            finished.taskInfo.durationMicros = queries.engine().clock().microsSince(begun);
          }
        });
  }

  private void fail(GraphQueryTask task, Throwable failure, int status) {
    task.stages.forEach(stage -> stage.results = null);
    sendSelfPatch(
        task,
        TaskStage.FAILED,
        failed -> {
          failed.failureMessage = failure.getMessage();
          if (failed.taskInfo != null) {
            failed.taskInfo.failure = ServiceErrorResponse.create(failure, status);
          }
        });
  }

  /** Takes some of the memory for tasks; says why that is impossible, or null. */
  private synchronized @Nullable String hold(long bytes) {
    if (over) {
      return null;
    }
    String refusal = queries.engine().tasks().take(bytes);
    held += refusal == null ? bytes : 0;
    return refusal;
  }

  /** What it holds goes with it; also runs when the task expires. */
  @Override
  public void handleDelete(Operation delete) {
    synchronized (this) {
      over = true;
      queries.engine().tasks().give(held);
      held = 0;
    }
    delete.complete();
  }
}
