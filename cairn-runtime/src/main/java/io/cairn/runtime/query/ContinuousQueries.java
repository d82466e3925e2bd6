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
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.stateful.CommitListener;
import io.cairn.runtime.watch.ChangeSink;
import io.cairn.runtime.watch.Following;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.failure.Refusal;
import io.cairn.store.index.DocumentVersion;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Queries that watch for changes: each committed document is put to those that it may match, in the
 * order of its versions, on a thread of their own, and to equal ones once. If they cannot keep up,
 * the one that takes longest is ended. Those that are about documents of which other nodes keep
 * some follow a feed, as clients do that watch. Bounded; thread-safe.
 */
public final class ContinuousQueries implements CommitListener {

  /** Those that demand no value of a property are compared with every change. */
  static final int MAX_QUERIES = 1000;

  /** Terms and combinations of one query. */
  static final int MAX_CLAUSES = 1000;

  /** How many bytes of documents may wait for the queries. */
  private static final long MAX_WAITING =
      Math.clamp(Runtime.getRuntime().maxMemory() / 32, 4L << 20, 64L << 20);

  /** If so many times as much waits, all are ended. */
  private static final int MOST_TIMES = 4;

  /** About what a change takes beside its document. */
  private static final int CHANGE_BYTES = 500;

  private final Map<String, Watch> watches = new ConcurrentHashMap<>();
  private final FilterIndex<Watch> byFilter = new FilterIndex<>();

  /** Those that are told of what does not match any more. */
  private final Set<Watch> leaving = ConcurrentHashMap.newKeySet();

  private final Executor executor;
  private final String hostId;
  private final HostClock clock;
  private final long maxWaiting;

  /** How many are told of what this node sees. */
  private final AtomicInteger direct = new AtomicInteger();

  /** How many changes there have been. */
  private final AtomicLong changes = new AtomicLong();

  /** Bytes of those that wait. */
  private final AtomicLong waiting = new AtomicLong();

  /** When more wait, a query is ended; then the others may use the room until that has helped. */
  private final AtomicLong endAbove;

  /**
   * No queries yet.
   *
   * @param hostId the id of the host
   * @param executor runs one task after the other; what changes a document must not wait for it
   */
  public ContinuousQueries(String hostId, HostClock clock, Executor executor) {
    this(hostId, clock, executor, MAX_WAITING);
  }

  ContinuousQueries(String hostId, HostClock clock, Executor executor, long maxWaiting) {
    this.executor = executor;
    this.hostId = hostId;
    this.clock = clock;
    this.maxWaiting = maxWaiting;
    this.endAbove = new AtomicLong(maxWaiting);
  }

  /**
   * Who follows a query.
   *
   * @param visible what it may read now; null for everything
   * @param updates is given the results of each matching change; must not block
   */
  record Follower(Supplier<@Nullable Visible> visible, Consumer<QueryTask> updates) {}

  /** Ends the queries of those who may read something else than when they began. */
  public void recheck() {
    for (Watch watch : watches.values()) {
      if (!Visible.areSame(watch.visible, watch.follower.visible().get())) {
        fail(
            watch,
            Refusal.forbidden("What may be read by who asks has changed: run the query again"));
      }
    }
  }

  private static final class Watch {
    final String link;
    final QueryTask task;
    final QueryFilter filter;
    final Follower follower;
    final @Nullable Visible visible;
    final @Nullable MatchingLinks matching;
    final ContinuousResult totals = new ContinuousResult();
    final long since;
    final AtomicLong tookNanos = new AtomicLong();

    /** Where its changes come from; null if this node tells it of those that it sees. */
    volatile @Nullable ContinuousFeed feed;

    Watch(
        long since,
        String link,
        QueryTask task,
        QueryFilter filter,
        @Nullable MatchingLinks matching,
        Follower follower) {
      this.since = since;
      this.link = link;
      this.task = task;
      this.filter = filter;
      this.matching = matching;
      this.follower = follower;
      this.visible = follower.visible().get();
    }

    boolean has(QueryOption option) {
      return task.querySpec.options.contains(option);
    }
  }

  /**
   * Begins to watch what this node sees.
   *
   * @param matching is told of every change, with CONTINUOUS_STOP_MATCH; else null
   * @throws IllegalArgumentException if the query cannot be evaluated on one document alone, or
   *     would take too long for each
   */
  void add(String task, QueryTask query, @Nullable MatchingLinks matching, Follower follower) {
    Watch watch = watch(task, query, matching, follower);
    forget(watches.put(task, watch));
    direct.incrementAndGet();
    byFilter.add(watch.filter, watch);
    if (matching != null) {
      leaving.add(watch);
    }
  }

  /**
   * Begins to watch documents that other nodes keep, too: a feed brings what changes. Blocks until
   * it is known where to begin.
   *
   * @param following follows, for a sink, what the follower may read
   */
  ContinuousFeed follow(
      String task,
      QueryTask query,
      @Nullable MatchingLinks matching,
      Follower follower,
      Function<ChangeSink, Following> following) {
    Watch watch = watch(task, query, matching, follower);
    ContinuousFeed feed =
        new ContinuousFeed(
            matching,
            (version, created, matches) -> tell(watch, version, created, matches),
            failure -> fail(watch, failure));
    watch.feed = feed;
    feed.begin(following);
    forget(watches.put(task, watch));
    feed.run();
    return feed;
  }

  private Watch watch(
      String task, QueryTask query, @Nullable MatchingLinks matching, Follower follower) {
    if (watches.size() >= MAX_QUERIES) {
      throw new IllegalArgumentException(
          MAX_QUERIES + " continuous queries are running on this node, no more are allowed");
    }
    QueryFilter filter = QueryFilter.create(query.querySpec.query);
    if (filter.clauses() > MAX_CLAUSES) {
      throw new IllegalArgumentException(
          "A continuous query is put to every change, so it may have %d clauses; this one has %d: use several, or ask for a documentKind and look at what comes"
              .formatted(MAX_CLAUSES, filter.clauses()));
    }
    return new Watch(changes.get(), task, query, filter, matching, follower);
  }

  void remove(String task) {
    forget(watches.remove(task));
  }

  /** Ends all. */
  public void close() {
    watches.keySet().forEach(this::remove);
  }

  private void forget(@Nullable Watch watch) {
    if (watch == null) {
      return;
    }
    ContinuousFeed feed = watch.feed;
    if (feed != null) {
      feed.endFollowing();
      return;
    }
    direct.decrementAndGet();
    byFilter.remove(watch.filter, watch);
    leaving.remove(watch);
  }

  @Override
  public void committed(Change change, Operation op) {
    if (!isIdle() && change.model().has(ServiceOption.PERSISTENCE)) {
      tellLater(change.version(), change.model().description(), change.created());
    }
  }

  /** Tells of a version that another node's handlers have made; never blocks. */
  public void changedByOthers(DocumentVersion change, ServiceDocumentDescription description) {
    tellLater(change, description, change.version() == 0);
  }

  /** Queries may take long for a document; what commits it has no time. */
  private void tellLater(
      DocumentVersion change, ServiceDocumentDescription description, boolean created) {
    long number = changes.incrementAndGet();
    int bytes = CHANGE_BYTES + change.json().length;
    long now = waiting.addAndGet(bytes);
    if (now > endAbove.get()) {
      endAbove.set(now + maxWaiting / 4);
      endSlowest(now > MOST_TIMES * maxWaiting ? MAX_QUERIES : 1);
    }
    try {
      executor.execute(
          () -> {
            try {
              changed(number, change, description, created);
            } finally {
              if (waiting.addAndGet(-bytes) < maxWaiting) {
                endAbove.set(maxWaiting);
              }
            }
          });
    } catch (RejectedExecutionException _) {
      waiting.addAndGet(-bytes); // The host stops, and its queries with it.
    }
  }

  /** Ends queries that have taken longest, since more changes come than can be put to all. */
  private void endSlowest(int count) {
    record Slow(Watch watch, long nanos) {}
    watches.values().stream()
        .filter(each -> each.feed == null)
        .map(each -> new Slow(each, each.tookNanos.get()))
        .filter(each -> each.nanos() > 0)
        .sorted(Comparator.comparingLong(Slow::nanos).reversed())
        .limit(count)
        .forEach(
            slowest ->
                fail(
                    slowest.watch(),
                    new IllegalStateException(
                        "Documents change faster than this query can be put to them: simplify it, let it ask for a documentKind first")));
  }

  private void fail(Watch watch, RuntimeException failure) {
    if (end(watch)) {
      QueryTask end = new QueryTask();
      end.taskInfo = Answers.failedState(failure, Operation.STATUS_CODE_UNAVAILABLE);
      watch.follower.updates().accept(end);
    }
  }

  /** Whether nobody watches what this node sees, so that nothing needs to be told. */
  public boolean isIdle() {
    return direct.get() == 0;
  }

  private void changed(
      long number,
      DocumentVersion change,
      ServiceDocumentDescription description,
      boolean created) {
    if (isIdle()) {
      return;
    }
    JsonNode tree = DocumentJson.standard().readTree(change.json());
    Map<QueryFilter, Boolean> verdicts = new HashMap<>();
    Set<Watch> matching = new HashSet<>();
    byFilter.forEachCandidate(
        () -> tree,
        description,
        watch -> {
          if (watch.since < number
              && verdicts.computeIfAbsent(watch.filter, _ -> matches(watch, description, tree))
              && (watch.visible == null || watch.visible.sees(tree, description))) {
            matching.add(watch);
          }
        });
    matching.forEach(watch -> tell(watch, change, created, true));
    for (Watch watch : leaving) {
      if (watch.since < number && !matching.contains(watch)) {
        tell(watch, change, created, false);
      }
    }
  }

  private void tell(Watch watch, DocumentVersion change, boolean created, boolean matches) {
    if (watch.task.documentExpirationTimeMicros <= clock.micros()) {
      end(watch);
      return;
    }
    long begun = clock.nanos();
    tellInTime(watch, change, created, matches);
    watch.tookNanos.addAndGet(clock.nanos() - begun);
  }

  private void tellInTime(Watch watch, DocumentVersion change, boolean created, boolean matches) {
    boolean leaves;
    try {
      leaves =
          watch.matching != null
              && watch.matching.leaves(change.link(), matches && !change.isTombstone());
    } catch (MatchingLinks.NoRoomException e) {
      fail(watch, e);
      return;
    }
    if (leaves || (matches && watch.has(QueryOption.CONTINUOUS))) {
      watch.follower.updates().accept(update(watch, change, created));
    }
  }

  private boolean end(Watch watch) {
    boolean ended = watches.remove(watch.link, watch);
    if (ended) {
      forget(watch);
    }
    return ended;
  }

  /** Puts a document to a filter, and what that takes to the account of one that has it. */
  private boolean matches(Watch watch, ServiceDocumentDescription description, JsonNode tree) {
    long begun = clock.nanos();
    try {
      return watch.filter.evaluate(tree, description);
    } catch (QueryFilter.QueryFilterException e) {
      // The query names a field that documents of this kind do not have: it means other kinds.
      return false;
    } finally {
      watch.tookNanos.addAndGet(clock.nanos() - begun);
    }
  }

  private QueryTask update(Watch watch, DocumentVersion version, boolean created) {
    ResultAssembly assembly =
        new ResultAssembly(
            watch.task.querySpec, hostId, Long.MAX_VALUE, link -> null, kind -> null);
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
