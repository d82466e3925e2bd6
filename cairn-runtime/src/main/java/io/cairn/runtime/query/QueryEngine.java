// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.net.DurationHistogram;
import io.cairn.net.DurationHistogram.Durations;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.runtime.query.limits.CostlyWork;
import io.cairn.runtime.query.limits.TaskMemory;
import io.cairn.runtime.tracing.QueryEvent;
import io.cairn.service.Operation;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a query and decides the form of its answer: a number, a list, or the first of several pages.
 * A list that would be too long or too heavy becomes pages as well, so that no query fails for the
 * size of what it finds. Thread-safe.
 */
public final class QueryEngine {

  /** How many documents an answer holds at most when the query sets no limit. */
  public static final int DEFAULT_LIMIT = 10_000;

  private static final long LONGEST_MICROS = TimeUnit.DAYS.toMicros(1_000);

  private final QueryPages pages;
  private final Environment environment;
  private final CostlyWork costly;
  private final TaskMemory tasks;
  private final DurationHistogram durations = new DurationHistogram();

  /**
   * What the engine needs to know of its host.
   *
   * @param hostId names this node in results and in the links of pages
   * @param ids makes ids of paged queries
   * @param clock tells when pages expire, and how long queries take
   * @param timeLimitMicros how long a query may take that does not say when its task expires
   * @param maximumBytes how much the documents of one answer may weigh
   * @param documents finds a living document by its link, wherever it is
   * @param forms shows documents of earlier forms as they are now
   * @param visible tells what whoever sends an operation may read; null for everything
   */
  public record Environment(
      String hostId,
      Supplier<String> ids,
      HostClock clock,
      long timeLimitMicros,
      long maximumBytes,
      Function<String, @Nullable DocumentVersion> documents,
      StoredForms forms,
      Function<@Nullable AuthorizationContext, @Nullable Visible> visible) {}

  /**
   * An engine that keeps the pages of its queries in a given place.
   *
   * @param costly has the queries of clients wait for their turn
   */
  public QueryEngine(QueryPages pages, Environment environment, CostlyWork costly) {
    this(pages, environment, costly, TaskMemory.ofThisMachine());
  }

  QueryEngine(QueryPages pages, Environment environment, CostlyWork costly, TaskMemory tasks) {
    this.pages = pages;
    this.environment = environment;
    this.costly = costly;
    this.tasks = tasks;
  }

  /** What query tasks hold. */
  TaskMemory tasks() {
    return tasks;
  }

  /**
   * Does work when it is its turn among the queries of clients; fails the operation if too many
   * wait.
   */
  void inTurn(Operation turn, Runnable work) {
    costly.run(turn, work);
  }

  /** Runs a query for an operation when it is its turn: it completes with the body, or fails. */
  void answer(Operation op, Supplier<@Nullable Object> query) {
    costly.run(op, () -> Answers.with(op, query));
  }

  /**
   * How a query is to be answered.
   *
   * @param links addresses further pages
   * @param listLimit how many documents an answer without pages holds
   * @param firstPageInline whether the answer of a paged query is its first page, not a link to it
   * @param expirationMicros when the pages go
   * @param owner link of the task whose end is the end of the pages, or null
   */
  record Form(
      PageLinks links,
      int listLimit,
      boolean firstPageInline,
      long expirationMicros,
      @Nullable String owner) {}

  /** The sender of an operation, for as long as a query may take. */
  Asker asker(Operation op) {
    return limited(Asker.of(op), op.getAuthorizationContext(), 0);
  }

  /**
   * Whoever asks, for as long as a query may take from now on.
   *
   * @param who what it may read is all that the query finds
   * @param untilMicros when its task expires, if it says so itself; 0 for the limit of the host
   */
  Asker limited(Asker asker, @Nullable AuthorizationContext who, long untilMicros) {
    HostClock clock = environment.clock();
    long limitMicros =
        untilMicros == 0
            ? environment.timeLimitMicros()
            : Math.clamp(untilMicros - clock.micros(), 0, LONGEST_MICROS);
    String message =
        ("The query took longer than %d ms and was ended: let it match less (a documentKind, terms"
                + " without wildcards), or let its task expire later (documentExpirationTimeMicros);"
                + " queryTimeLimit holds where it says nothing")
            .formatted(TimeUnit.MICROSECONDS.toMillis(limitMicros));
    long endNanos = clock.nanos() + TimeUnit.MICROSECONDS.toNanos(limitMicros);
    return asker.seeing(visibleTo(who)).within(new Asker.TimeLimit(clock, endNanos, message));
  }

  /** What somebody may read; null for everything. */
  @Nullable Visible visibleTo(@Nullable AuthorizationContext who) {
    return environment.visible().apply(who);
  }

  /** How long queries and listings took on this host, failed ones among them. */
  public Durations durations() {
    return durations.durations();
  }

  /** How many queries and listings of clients wait for their turn. */
  public int waitingCount() {
    return costly.waitingCount();
  }

  /** How many queries have pages at the moment. */
  public int pagedCount() {
    return pages.count();
  }

  String hostId() {
    return environment.hostId();
  }

  StoredForms forms() {
    return environment.forms();
  }

  HostClock clock() {
    return environment.clock();
  }

  long nowMicros() {
    return environment.clock().micros();
  }

  QueryPages pages() {
    return pages;
  }

  /** Runs a query, for as long as somebody waits for it. */
  ServiceDocumentQueryResult run(
      QuerySource source, QuerySpecification asked, Form form, Asker asker) {
    long begun = environment.clock().nanos();
    QueryEvent event = new QueryEvent();
    event.begin();
    try {
      ServiceDocumentQueryResult result = found(source, asked, form, asker);
      result.queryTimeMicros = Math.max(1, environment.clock().microsSince(begun));
      event.documents = result.documentCount == null ? 0 : result.documentCount;
      if (Boolean.TRUE.equals(asked.explain)) {
        result.explanation = source.explain(bounded(asked));
      }
      return result;
    } finally {
      durations.note(environment.clock().nanos() - begun);
      event.commit();
    }
  }

  private ServiceDocumentQueryResult found(
      QuerySource source, QuerySpecification asked, Form form, Asker asker) {
    QuerySpecification specification = bounded(asked);
    ServiceDocumentQueryResult result;
    if (specification.aggregations != null) {
      result = assembly(specification).empty();
      Aggregated found = source.aggregate(specification);
      result.documentCount = found.documents();
      result.aggregations = found.results();
    } else if (specification.options.contains(QueryOption.COUNT)) {
      result = assembly(specification).empty();
      result.documentCount = source.count(specification);
    } else if (specification.options.contains(QueryOption.GROUP_BY)) {
      result = grouped(source, specification, form, asker);
    } else if (specification.resultLimit == null) {
      result = list(source, specification, form, asker);
    } else if (specification.options.contains(QueryOption.TOP_RESULTS)) {
      result = top(source, specification, form, asker);
    } else {
      result = paged(source, specification, form, asker);
    }
    return result;
  }

  private ServiceDocumentQueryResult list(
      QuerySource source, QuerySpecification specification, Form form, Asker asker) {
    specification.resultLimit = form.listLimit() + 1;
    try (FoundDocuments found = source.first(specification)) {
      FoundDocuments.Slice slice = found.read(null, form.listLimit() + 1, asker);
      if (slice.rows().size() <= form.listLimit()) {
        ServiceDocumentQueryResult whole = assembly(specification).assemble(slice.rows(), asker);
        if (whole != null) {
          return whole;
        }
      }
    }
    specification.resultLimit = form.listLimit();
    return firstPage(set(source.open(specification), specification, form, asker), asker);
  }

  /** The first groups, each with a link to the first page of its documents. */
  private ServiceDocumentQueryResult grouped(
      QuerySource source, QuerySpecification specification, Form form, Asker asker) {
    if (specification.resultLimit == null) {
      specification.resultLimit = form.listLimit();
    }
    return firstPage(set(source.groups(specification), specification, form, asker), asker);
  }

  private ServiceDocumentQueryResult top(
      QuerySource source, QuerySpecification specification, Form form, Asker asker) {
    int limit = specification.resultLimit == null ? form.listLimit() : specification.resultLimit;
    try (FoundDocuments found = source.first(specification)) {
      ServiceDocumentQueryResult result =
          assembly(specification).assemble(found.read(null, limit, asker).rows(), asker);
      if (result == null) {
        throw assembly(specification).tooHeavy();
      }
      return result;
    }
  }

  private ServiceDocumentQueryResult paged(
      QuerySource source, QuerySpecification specification, Form form, Asker asker) {
    PageSet set = set(source.open(specification), specification, form, asker);
    try {
      if (form.firstPageInline()) {
        long total = set.totalCount();
        ServiceDocumentQueryResult first = firstPage(set, asker);
        first.totalCount = total;
        return first;
      }
      ServiceDocumentQueryResult result = assembly(specification).empty();
      if (set.isEmpty(asker)) {
        set.close();
      } else {
        pages.add(set);
        result.nextPageLink = set.firstLink();
      }
      return result;
    } catch (RuntimeException e) {
      set.close();
      throw e;
    }
  }

  private ServiceDocumentQueryResult firstPage(PageSet set, Asker asker) {
    ServiceDocumentQueryResult first = null;
    try {
      first = set.read(0, null, asker);
    } finally {
      if (first == null) {
        set.close();
      }
    }
    if (first == null) {
      throw new IllegalStateException("a new query has no first page");
    }
    boolean hasGroups =
        first.nextPageLinksPerGroup != null && !first.nextPageLinksPerGroup.isEmpty();
    if (first.nextPageLink == null && !hasGroups) {
      set.close();
    } else {
      pages.add(set);
    }
    return first;
  }

  private PageSet set(
      FoundDocuments found, QuerySpecification specification, Form form, Asker asker) {
    int size = specification.resultLimit == null ? form.listLimit() : specification.resultLimit;
    return new PageSet(
        environment.ids().get(),
        found,
        assembly(specification),
        new PageSet.Settings(
            form.links(),
            size,
            Set.copyOf(specification.options),
            form.expirationMicros(),
            form.owner(),
            asker.visible()),
        environment.clock());
  }

  ResultAssembly assembly(QuerySpecification specification) {
    return new ResultAssembly(
        specification,
        environment.hostId(),
        environment.maximumBytes(),
        environment.documents(),
        environment.forms()::describe);
  }

  /** A private copy whose limit is one that the index accepts. */
  private static QuerySpecification bounded(QuerySpecification asked) {
    QuerySpecification copy = new QuerySpecification();
    if (asked.options == null) {
      asked.options = EnumSet.noneOf(QueryOption.class);
    }
    asked.copyTo(copy);
    if (copy.resultLimit != null) {
      copy.resultLimit = Math.min(copy.resultLimit, DocumentSearch.MAX_HITS);
    }
    return copy;
  }
}
