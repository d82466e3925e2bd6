// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Utils;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes queries. A direct one is answered with its results and leaves nothing behind but its pages;
 * for any other a task is created, which is polled or subscribed to.
 */
@Needs(read = Access.FILTERED, write = Access.FILTERED)
public final class QueryTaskFactory extends FactoryService {

  private static final long RETRY_MILLIS = 50;

  /** What a feed does anyway. */
  private static final Set<QueryOption> FOLLOWABLE =
      EnumSet.of(
          QueryOption.EXPAND_CONTENT,
          QueryOption.CONTINUOUS,
          QueryOption.CONTINUOUS_STOP_MATCH,
          QueryOption.ALLOW_SCAN,
          QueryOption.BROADCAST,
          QueryOption.READ_AFTER_WRITE_CONSISTENCY);

  private final IndexQueries queries;
  private final ContinuousQueries continuous;
  private final Watches watches;
  private final @Nullable Consumer<Operation> local;

  /**
   * A factory in front of the index.
   *
   * @param watches answers those that want to follow what a query matches
   * @param local takes the POST of a query that may be answered from what this node has; null if
   *     this factory's queries are
   */
  public QueryTaskFactory(
      IndexQueries queries,
      ContinuousQueries continuous,
      Watches watches,
      @Nullable Consumer<Operation> local) {
    super(QueryTask.class);
    this.queries = queries;
    this.continuous = continuous;
    this.watches = watches;
    this.local = local;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public Service createServiceInstance() {
    return new QueryTaskService(queries, continuous, watches);
  }

  @Override
  public boolean createsChild(Operation post) {
    boolean forLocal = ReplicaReads.isAskedFor(post) && local != null;
    return !forLocal
        && !Watches.isWantedByPost(post)
        && (!post.hasBody() || !isDirect(post.getBody(QueryTask.class)));
  }

  private static boolean isDirect(QueryTask task) {
    return task.taskInfo != null && task.taskInfo.isDirect;
  }

  @Override
  public void handlePost(Operation post) {
    if (!post.hasBody()) {
      throw new IllegalArgumentException("body is required: a QueryTask with a querySpec");
    }
    if (local != null && ReplicaReads.isAskedFor(post)) {
      local.accept(post);
      return;
    }
    QueryTask task = post.getBody(QueryTask.class);
    if (Watches.isWantedByPost(post)) {
      queries.prepare(task);
      requireFollowable(task.querySpec);
      watches.query(
          () -> queries.resolved(task.querySpec),
          task.querySpec.options.contains(QueryOption.ALLOW_SCAN),
          post);
    } else if (isDirect(task)) {
      long untilMicros = task.documentExpirationTimeMicros;
      queries.prepare(task);
      queries.tellReplicas(post);
      inTurn(task, untilMicros, post);
    } else {
      post.complete();
    }
  }

  private static void requireFollowable(QuerySpecification specification) {
    Set<QueryOption> options = EnumSet.copyOf(specification.options);
    options.removeAll(FOLLOWABLE);
    boolean shaped =
        specification.resultLimit != null
            || specification.offset != null
            || specification.sortTerm != null
            || specification.aggregations != null
            || specification.expectedResultCount != null;
    if (shaped || !options.isEmpty()) {
      throw new IllegalArgumentException(
          "An event stream has whole documents in the order of their changes: leave out %s"
              .formatted(
                  options.isEmpty()
                      ? "limits, sorting, aggregations and expectedResultCount"
                      : options));
    }
  }

  /** Counting what matches costs as much as a query. */
  private void inTurn(QueryTask task, long untilMicros, Operation post) {
    queries.engine().inTurn(post, () -> runWhenExpected(task, untilMicros, post));
  }

  /** A query that expects more documents than there are is put again, until the request expires. */
  private void runWhenExpected(QueryTask task, long untilMicros, Operation post) {
    Asker asker =
        queries.engine().limited(Asker.of(post), post.getAuthorizationContext(), untilMicros);
    boolean met;
    try {
      queries.requirePossible(task.querySpec, asker);
      met = queries.expectationIsMet(task.querySpec, asker);
    } catch (RuntimeException e) {
      Answers.failed(post, e);
      return;
    }
    if (met) {
      Answers.with(post, () -> answered(task, asker));
    } else if (queries.engine().nowMicros() < task.documentExpirationTimeMicros
        && !Utils.beforeNow(post.getExpirationMicrosUtc())) {
      var _ =
          getHost()
              .schedule(() -> inTurn(task, untilMicros, post), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      post.fail(
          new java.util.concurrent.TimeoutException(
              "fewer than %d documents match (expectedResultCount)"
                  .formatted(task.querySpec.expectedResultCount)));
    }
  }

  private QueryTask answered(QueryTask task, Asker asker) {
    long begun = queries.engine().clock().nanos();
    String link = getSelfLink() + "/" + buildDefaultChildSelfLink();
    Answers.finished(task, queries.run(task, null, asker), link);
    task.taskInfo.durationMicros = queries.engine().clock().microsSince(begun);
    task.documentUpdateTimeMicros = queries.engine().nowMicros();
    return task;
  }
}
