// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.ServiceDocumentQueryResult.ContinuousResult;
import io.cairn.document.TaskState;
import io.cairn.query.FilterIndex;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.stateful.CommitListener;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.store.index.DocumentVersion;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Queries that watch for changes: each committed document is put to those that it may match, in the
 * order of its versions, and to equal ones once. Bounded; thread-safe.
 */
public final class ContinuousQueries implements CommitListener {

  /** Those that demand no value of a property are compared with every change. */
  static final int MAX_QUERIES = 1000;

  private final Map<String, Watch> watches = new ConcurrentHashMap<>();
  private final FilterIndex<Watch> byFilter = new FilterIndex<>();

  /** Those that are told of what does not match any more. */
  private final Set<Watch> leaving = ConcurrentHashMap.newKeySet();

  private final Executor executor;
  private final String hostId;
  private final LongSupplier nowMicros;

  /**
   * No queries yet.
   *
   * @param hostId the id of the host
   * @param executor runs one task after the other, for what other nodes have changed
   */
  public ContinuousQueries(String hostId, LongSupplier nowMicros, Executor executor) {
    this.executor = executor;
    this.hostId = hostId;
    this.nowMicros = nowMicros;
  }

  private static final class Watch {
    final String link;
    final QueryTask task;
    final QueryFilter filter;
    final Consumer<QueryTask> updates;
    final @Nullable MatchingLinks matching;
    final ContinuousResult totals = new ContinuousResult();

    Watch(
        String link,
        QueryTask task,
        QueryFilter filter,
        @Nullable MatchingLinks matching,
        Consumer<QueryTask> updates) {
      this.link = link;
      this.task = task;
      this.filter = filter;
      this.matching = matching;
      this.updates = updates;
    }

    boolean has(QueryOption option) {
      return task.querySpec.options.contains(option);
    }
  }

  /**
   * Begins to watch.
   *
   * @param matching is told of every change, with CONTINUOUS_STOP_MATCH; else null
   * @param updates is given the results of each matching change; must not block
   * @throws IllegalArgumentException if the query cannot be evaluated on one document alone
   */
  void add(
      String task, QueryTask query, @Nullable MatchingLinks matching, Consumer<QueryTask> updates) {
    if (watches.size() >= MAX_QUERIES) {
      throw new IllegalArgumentException(
          MAX_QUERIES + " continuous queries are running on this node, no more are allowed");
    }
    QueryFilter filter = QueryFilter.create(query.querySpec.query);
    Watch watch = new Watch(task, query, filter, matching, updates);
    forget(watches.put(task, watch));
    byFilter.add(filter, watch);
    if (matching != null) {
      leaving.add(watch);
    }
  }

  void remove(String task) {
    forget(watches.remove(task));
  }

  private void forget(@Nullable Watch watch) {
    if (watch != null) {
      byFilter.remove(watch.filter, watch);
      leaving.remove(watch);
    }
  }

  @Override
  public void committed(Change change, Operation op) {
    if (!watches.isEmpty() && change.model().has(ServiceOption.PERSISTENCE)) {
      changed(change.version(), change.model().description(), change.created());
    }
  }

  /** Tells of a version that another node's handlers have made; never blocks. */
  public void changedByOthers(DocumentVersion change, ServiceDocumentDescription description) {
    executor.execute(() -> changed(change, description, change.version() == 0));
  }

  /** Whether nobody watches, so that nothing needs to be told. */
  public boolean isIdle() {
    return watches.isEmpty();
  }

  private void changed(
      DocumentVersion change, ServiceDocumentDescription description, boolean created) {
    JsonNode tree = DocumentJson.standard().readTree(change.json());
    Map<QueryFilter, Boolean> verdicts = new HashMap<>();
    Set<Watch> matching = new HashSet<>();
    byFilter.forEachCandidate(
        () -> tree,
        description,
        watch -> {
          if (verdicts.computeIfAbsent(
              watch.filter, filter -> matches(filter, description, tree))) {
            matching.add(watch);
          }
        });
    matching.forEach(watch -> tell(watch, change, created, true));
    for (Watch watch : leaving) {
      if (!matching.contains(watch)) {
        tell(watch, change, created, false);
      }
    }
  }

  private void tell(Watch watch, DocumentVersion change, boolean created, boolean matches) {
    if (watch.task.documentExpirationTimeMicros <= nowMicros.getAsLong()) {
      end(watch);
      return;
    }
    boolean leaves;
    try {
      leaves =
          watch.matching != null
              && watch.matching.leaves(change.link(), matches && !change.isTombstone());
    } catch (MatchingLinks.NoRoomException e) {
      end(watch);
      QueryTask end = new QueryTask();
      end.taskInfo = Answers.failedState(e, Operation.STATUS_CODE_UNAVAILABLE);
      watch.updates.accept(end);
      return;
    }
    if (leaves || (matches && watch.has(QueryOption.CONTINUOUS))) {
      watch.updates.accept(update(watch, change, created));
    }
  }

  private void end(Watch watch) {
    if (watches.remove(watch.link, watch)) {
      forget(watch);
    }
  }

  private static boolean matches(
      QueryFilter filter, ServiceDocumentDescription description, JsonNode tree) {
    try {
      return filter.evaluate(tree, description);
    } catch (QueryFilter.QueryFilterException e) {
      // The query names a field that documents of this kind do not have: it means other kinds.
      return false;
    }
  }

  private QueryTask update(Watch watch, DocumentVersion version, boolean created) {
    ResultAssembly assembly =
        new ResultAssembly(watch.task.querySpec, hostId, Long.MAX_VALUE, link -> null);
    QueryTask update = new QueryTask();
    update.taskInfo = TaskState.createAsStarted();
    ServiceDocumentQueryResult results =
        assembly.assemble(
            List.of(new FoundDocuments.Row(version.link(), version.version(), () -> version)),
            Asker.PATIENT);
    if (results != null && watch.has(QueryOption.COUNT)) {
      results = assembly.empty();
      results.continuousResults = count(watch.totals, version, created);
    }
    update.results = results;
    return update;
  }

  private static ContinuousResult count(
      ContinuousResult totals, DocumentVersion change, boolean created) {
    ContinuousResult copy = new ContinuousResult();
    synchronized (totals) {
      if (change.isTombstone()) {
        totals.documentCountDeleted++;
      } else if (created) {
        totals.documentCountAdded++;
      } else {
        totals.documentCountUpdated++;
      }
      copy.documentCountAdded = totals.documentCountAdded;
      copy.documentCountUpdated = totals.documentCountUpdated;
      copy.documentCountDeleted = totals.documentCountDeleted;
    }
    return copy;
  }
}
