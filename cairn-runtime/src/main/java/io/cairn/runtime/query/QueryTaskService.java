// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.query.limits.TaskMemory;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import io.cairn.service.security.AuthorizationContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One query that runs on its own. Its document shows how far it is, and in the end the results. A
 * continuous query stays STARTED and is updated with each document that matches, until it is
 * cancelled, deleted or expires.
 */
@Needs(read = Access.FILTERED, write = Access.FILTERED, owned = true)
public final class QueryTaskService extends StatefulService {

  private static final long RETRY_MILLIS = 50;

  private final IndexQueries queries;
  private final ContinuousQueries continuous;
  private final Watches watches;

  /** Whether the task was cancelled or deleted: nobody will read what it finds. */
  private volatile boolean over;

  /** When the task expires, if whoever made it said so; 0 if not. */
  private volatile long untilMicros;

  /** Who has asked: what it may read is all that is found, and its results are told as its own. */
  private volatile @Nullable AuthorizationContext maker;

  /** What it has of the memory for tasks; guarded by this. */
  private long held;

  QueryTaskService(IndexQueries queries, ContinuousQueries continuous, Watches watches) {
    super(QueryTask.class);
    this.queries = queries;
    this.continuous = continuous;
    this.watches = watches;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    if (template.documentDescription != null) {
      // Results are as large as what was found; the engine bounds them.
      template.documentDescription.serializedStateSizeLimit = Integer.MAX_VALUE;
    }
    return template;
  }

  @Override
  public void handleStart(Operation start) {
    QueryTask task = start.getBody(QueryTask.class);
    untilMicros = task.documentExpirationTimeMicros;
    // Of one that goes on as it was on a host before, it is not known any more who has asked.
    maker =
        start.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)
            ? start.getAuthorizationContext()
            : null;
    queries.prepare(task);
    queries.requirePossible(task.querySpec, asker());
    boolean stopsMatching = task.querySpec.options.contains(QueryOption.CONTINUOUS_STOP_MATCH);
    boolean isContinuous = stopsMatching || task.querySpec.options.contains(QueryOption.CONTINUOUS);
    task.taskInfo = isContinuous ? TaskState.createAsStarted() : TaskState.create();
    task.results = null;
    String refusal = hold(TaskMemory.TASK_BYTES + Utils.toJson(task).length());
    if (refusal != null) {
      Operation.failLimitExceeded(
          start, ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED, refusal);
      return;
    }
    QueryTask own = copyOf(task);
    try {
      if (isContinuous) {
        watch(own, stopsMatching ? new MatchingLinks(this::hold) : null);
      }
    } catch (RuntimeException e) {
      Answers.failed(start, e);
      return;
    }
    start.setStatusCode(Operation.STATUS_CODE_ACCEPTED);
    start.complete();
    if (!isContinuous) {
      getHost().run(() -> inTurn(own));
    }
  }

  /** Watches, and knows what matches now before the request is answered. */
  private void watch(QueryTask own, @Nullable MatchingLinks matching) {
    try {
      ContinuousQueries.Follower follower = queries.following(maker, this::update);
      Supplier<List<PartitionedStorage>> followed = queries.followed(own.querySpec);
      if (followed != null) {
        Query query = queries.resolved(own.querySpec);
        boolean scans = own.querySpec.options.contains(QueryOption.ALLOW_SCAN);
        continuous
            .follow(
                getSelfLink(),
                own,
                matching,
                follower,
                sink -> watches.follow(followed, query, scans, maker, matching != null, sink))
            .awaitBegun(asker());
        return;
      }
      continuous.add(getSelfLink(), own, matching, follower);
      if (matching != null) {
        queries.forEachLink(own.querySpec, matching::addFirst, asker());
        matching.complete();
      }
    } catch (RuntimeException e) {
      continuous.remove(getSelfLink());
      giveBack(); // there are too many
      throw e;
    }
  }

  private static QueryTask copyOf(QueryTask task) {
    QueryTask copy = new QueryTask();
    copy.documentExpirationTimeMicros = task.documentExpirationTimeMicros;
    task.querySpec.copyTo(copy.querySpec);
    return copy;
  }

  /**
   * A task is a query of a client, and has to wait for its turn as those do that are answered at
   * once.
   */
  private void inTurn(QueryTask task) {
    Operation turn =
        Operation.createPost(getUri())
            .forceRemote()
            .setAbandonment(() -> over)
            .setCompletion((refused, failure) -> later(task));
    queries.engine().inTurn(turn, () -> runWhenExpected(task));
  }

  private void later(QueryTask task) {
    if (!over
        && queries.engine().nowMicros() < task.documentExpirationTimeMicros
        && getHost().isStarted()) {
      var _ = getHost().schedule(() -> inTurn(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void runWhenExpected(QueryTask task) {
    long begun = queries.engine().clock().nanos();
    QueryTask ended = new QueryTask();
    Asker asker = asker();
    try {
      if (!queries.expectationIsMet(task.querySpec, asker)) {
        later(task);
        return;
      }
      ended.results = queries.run(task, getSelfLink(), asker);
      ended.taskInfo = TaskState.createAsFinished();
      String refusal = hold(TaskMemory.weigh(ended.results));
      if (refusal != null) {
        queries.engine().pages().removeOf(getSelfLink());
        ended.results = null;
        ended.taskInfo =
            Answers.failedState(
                new IllegalStateException(refusal), Operation.STATUS_CODE_UNAVAILABLE);
      }
    } catch (RuntimeException e) {
      ended.taskInfo = Answers.failedState(e, Answers.statusOf(e));
    }
    ended.taskInfo.durationMicros = queries.engine().clock().microsSince(begun);
    update(ended);
  }

  /** Nobody waits any more once the task is over. */
  private Asker asker() {
    return queries.engine().limited(() -> over, maker, untilMicros);
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

  private synchronized void giveBack() {
    over = true;
    queries.engine().tasks().give(held);
    held = 0;
  }

  private void update(QueryTask update) {
    send(
        update,
        maker,
        failure -> {
          end();
          // Its maker may be believed no more: those who may see it shall know that it has ended.
          QueryTask ended = new QueryTask();
          ended.taskInfo = Answers.failedState(failure, Operation.STATUS_CODE_FORBIDDEN);
          send(ended, getSystemAuthorizationContext(), _ -> {});
        });
  }

  private void send(
      QueryTask update, @Nullable AuthorizationContext who, Consumer<Throwable> refused) {
    Operation patch = Operation.createPatch(getUri());
    patch.setBodyNoCloning(update).setAuthorizationContext(who);
    patch.setCompletion(
        (done, failure) -> {
          if (done.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
            release(); // The task was deleted meanwhile: nobody will read what it found.
          } else if (failure != null) {
            refused.accept(failure);
          }
        });
    sendRequest(patch);
  }

  @Override
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }

  /** Takes results from the query itself; from anybody else the wish to cancel it. */
  @Override
  public void handlePatch(Operation patch) {
    QueryTask state = requireState(patch);
    QueryTask update = patch.getBody(QueryTask.class);
    boolean cancels = TaskState.isCancelled(update.taskInfo);
    if (patch.isRemote() && !cancels) {
      throw new IllegalArgumentException(
          "A query can only be cancelled: taskInfo.stage must be CANCELLED");
    }
    if (TaskState.isEnded(state.taskInfo)) {
      patch.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).complete();
      return;
    }
    state.taskInfo.stage = update.taskInfo.stage;
    state.taskInfo.failure = update.taskInfo.failure;
    state.taskInfo.durationMicros = update.taskInfo.durationMicros;
    state.results = cancels ? state.results : update.results;
    if (cancels) {
      end();
    }
    patch.setBodyNoCloning(state).complete();
  }

  private QueryTask requireState(Operation patch) {
    QueryTask state = getState(patch);
    if (state == null) {
      throw new IllegalStateException("the task has no state");
    }
    return state;
  }

  /** Everything that the query holds goes with it; also runs when the task expires. */
  @Override
  public void handleDelete(Operation delete) {
    release();
    delete.complete();
  }

  private void release() {
    end();
    giveBack();
  }

  /** The task stays, and what it was asked with it. */
  private void end() {
    over = true;
    continuous.remove(getSelfLink());
    queries.engine().pages().removeOf(getSelfLink());
  }
}
