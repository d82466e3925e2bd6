// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.AggregationResult;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.Aggregation;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.QueryValidation;
import io.cairn.query.odata.ODataQuery;
import io.cairn.query.odata.QueryNames;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Queries over every indexed document, whatever its kind and whoever holds it. Thread-safe. */
public final class IndexQueries {

  /** How long a task lives that does not say it, in microseconds. */
  static final long DEFAULT_LIFE_MICROS = TimeUnit.MINUTES.toMicros(10);

  /** Pages live at least so long, even if the request that made them expires sooner. */
  static final long MINIMUM_PAGE_LIFE_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** So many links are read at a time where all are wanted. */
  private static final int LINKS_AT_ONCE = 10_000;

  /** Operations that were traced are in no index, which would know their form. */
  private static final ServiceDocumentDescription OPERATION =
      ServiceDocumentDescription.Builder.create()
          .buildDescription(Operation.SerializedOperation.class);

  private final QueryEngine engine;
  private final Searched searched;
  private final Function<QuerySpecification, @Nullable Supplier<List<PartitionedStorage>>> followed;
  private final @Nullable Supplier<String> replicas;
  private final Map<String, ServiceDocumentDescription> kinds;
  private Function<String, List<DocumentVersion>> inMemory = link -> List.of();

  private IndexQueries(
      QueryEngine engine,
      Searched searched,
      Function<QuerySpecification, @Nullable Supplier<List<PartitionedStorage>>> followed,
      @Nullable Supplier<String> replicas,
      Map<String, ServiceDocumentDescription> kinds) {
    this.engine = engine;
    this.searched = searched;
    this.followed = followed;
    this.replicas = replicas;
    this.kinds = kinds;
  }

  /**
   * Queries over all documents, once what is searched has what was acknowledged anywhere.
   *
   * @param followed where the documents are that a query watches; null if this node sees all of
   *     their changes by itself
   */
  public static IndexQueries consistent(
      QueryEngine engine,
      Searched searched,
      Function<QuerySpecification, @Nullable Supplier<List<PartitionedStorage>>> followed,
      Map<String, ServiceDocumentDescription> kinds) {
    return new IndexQueries(engine, searched, followed, null, kinds);
  }

  /**
   * Queries over what this node's replicas hold, however old.
   *
   * @param replicas says which they are, for those who read the answers
   */
  public static IndexQueries local(
      QueryEngine engine,
      Searched searched,
      Supplier<String> replicas,
      Map<String, ServiceDocumentDescription> kinds) {
    return new IndexQueries(engine, searched, any -> null, replicas, kinds);
  }

  /**
   * The same, which can ask the operation index too: it is no part of the index of documents.
   *
   * @param documents gives the documents in memory whose links begin like that
   */
  public IndexQueries with(Function<String, List<DocumentVersion>> documents) {
    inMemory = documents;
    return this;
  }

  /** Says in the answer whose replicas it is from, if they may be old. */
  void tellReplicas(Operation op) {
    if (replicas != null) {
      op.addResponseHeader(ReplicaReads.REPLICA_HEADER, replicas.get());
    }
  }

  private QuerySource source(QuerySpecification specification, Asker asker) {
    return source(specification, asker, engine.nowMicros());
  }

  private QuerySource source(QuerySpecification specification, Asker asker, long untilMicros) {
    return searched.source(specification, null, engine.forms(), asker, untilMicros);
  }

  QueryEngine engine() {
    return engine;
  }

  /**
   * Somebody who follows what a query matches.
   *
   * @param updates is given the results of each matching change; must not block
   */
  ContinuousQueries.Follower following(
      @Nullable AuthorizationContext who, Consumer<QueryTask> updates) {
    return new ContinuousQueries.Follower(() -> engine.visibleTo(who), updates);
  }

  /**
   * Checks a task, fills in what it leaves out.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void prepare(QueryTask task) {
    QueryValidation.validate(task);
    task.querySpec.options = QueryValidation.validate(task.querySpec);
    requireKnownIndex(task);
    var _ = QueryNames.resolve(task.querySpec, kinds);
    long now = engine.nowMicros();
    if (task.documentExpirationTimeMicros == 0) {
      task.documentExpirationTimeMicros = now + DEFAULT_LIFE_MICROS;
    } else if (task.documentExpirationTimeMicros <= now) {
      throw new IllegalArgumentException("documentExpirationTimeMicros is in the past");
    }
  }

  private void requireKnownIndex(QueryTask task) {
    if (isOfOperations(task)) {
      if (replicas == null) {
        throw new IllegalArgumentException(
            "Each host has an operation index of its own: POST the task to "
                + ServiceUriPaths.CORE_LOCAL_QUERY_TASKS);
      }
      if (task.querySpec.options.contains(QueryOption.CONTINUOUS)
          || task.querySpec.expectedResultCount != null) {
        throw new IllegalArgumentException(
            "Queries of the operation index neither watch nor wait: leave out CONTINUOUS and expectedResultCount");
      }
    } else if (task.indexLink != null
        && !ServiceUriPaths.CORE_DOCUMENT_INDEX.equals(task.indexLink)) {
      throw new IllegalArgumentException(
          "There is no index %s: leave indexLink out".formatted(task.indexLink));
    }
  }

  private static boolean isOfOperations(QueryTask task) {
    return ServiceUriPaths.CORE_OPERATION_INDEX.equals(task.indexLink);
  }

  /**
   * Refuses a query for what no document can have, and none has: of another version of its class
   * one may have it. Searches if it must, so it blocks.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void requirePossible(QuerySpecification specification, Asker asker) {
    if (specification.options.contains(QueryOption.INCLUDE_ALL_VERSIONS)
        || specification.options.contains(QueryOption.TIME_SNAPSHOT)) {
      return; // what was written before may be of any version of a class
    }
    QueryNames.requirePossible(
        specification,
        kinds,
        query -> {
          QuerySpecification some = new QuerySpecification();
          some.query = query;
          some.options = EnumSet.of(QueryOption.COUNT, QueryOption.INCLUDE_DELETED);
          allowWhatIsAllowed(specification, some);
          return source(specification, asker).count(some) > 0;
        });
  }

  private static void allowWhatIsAllowed(QuerySpecification asked, QuerySpecification other) {
    if (asked.options.contains(QueryOption.ALLOW_SCAN)) {
      other.options.add(QueryOption.ALLOW_SCAN);
    }
  }

  /**
   * What a query over all kinds asks of each document.
   *
   * @param kinds the descriptions of all kinds
   * @throws IllegalArgumentException if no document can match
   */
  public static Query resolved(ODataQuery odata, Map<String, ServiceDocumentDescription> kinds) {
    return resolved(odata.specification(), kinds);
  }

  /** The same of a query task. */
  Query resolved(QuerySpecification specification) {
    return resolved(specification, kinds);
  }

  private static Query resolved(
      QuerySpecification specification, Map<String, ServiceDocumentDescription> kinds) {
    QuerySpecification resolved = QueryNames.resolve(specification, kinds);
    QueryNames.requirePossible(resolved, kinds, _ -> false);
    return resolved.query;
  }

  /**
   * Where the documents are that a query watches, to be followed there.
   *
   * @return null if this node sees all of their changes by itself
   * @throws io.cairn.runtime.documents.NotServedException if some cannot be reached
   */
  @Nullable Supplier<List<PartitionedStorage>> followed(QuerySpecification specification) {
    var _ = source(specification, Asker.PATIENT);
    return followed.apply(specification);
  }

  /** Whether as many documents match as the specification expects. */
  boolean expectationIsMet(QuerySpecification specification, Asker asker) {
    return specification.expectedResultCount == null
        || count(specification, asker) >= specification.expectedResultCount;
  }

  /** How many documents match. */
  long count(QuerySpecification specification, Asker asker) {
    QuerySpecification resolved = QueryNames.resolve(specification, kinds);
    return source(resolved, asker).count(resolved);
  }

  /** Kinds that are counted; the most frequent. */
  private static final int MAX_KINDS = 10_000;

  /** How many documents there are of each kind, each document once. */
  Map<String, Long> countKinds(Asker asker) {
    Aggregation kind = new Aggregation();
    kind.type = Aggregation.Type.TERMS;
    kind.propertyName = ServiceDocument.FIELD_NAME_KIND;
    kind.limit = MAX_KINDS;
    QuerySpecification all = new QuerySpecification();
    all.query =
        new Query()
            .setTermPropertyName(ServiceDocument.FIELD_NAME_SELF_LINK)
            .setTermMatchType(MatchType.WILDCARD)
            .setTermMatchValue(UriUtils.URI_WILDCARD_CHAR);
    all.aggregations = Map.of(kind.propertyName, kind);
    Map<String, Long> counts = new LinkedHashMap<>();
    AggregationResult found = source(all, asker).aggregate(all).results().get(kind.propertyName);
    if (found != null && found.buckets != null) {
      found.buckets.forEach(bucket -> counts.put(String.valueOf(bucket.key), bucket.documentCount));
    }
    return counts;
  }

  /** Gives the links of all documents that match, in no particular order. */
  void forEachLink(QuerySpecification specification, Consumer<String> sink, Asker asker) {
    QuerySpecification all = new QuerySpecification();
    all.query = QueryNames.resolve(specification, kinds).query;
    all.resultLimit = LINKS_AT_ONCE;
    allowWhatIsAllowed(specification, all);
    try (FoundDocuments found =
        source(all, asker, engine.nowMicros() + DEFAULT_LIFE_MICROS).open(all)) {
      Object position = null;
      do {
        FoundDocuments.Slice slice = found.read(position, LINKS_AT_ONCE, asker);
        slice.rows().forEach(row -> sink.accept(row.link()));
        position = slice.next();
      } while (position != null);
    }
  }

  /**
   * Finds one document, as it is stored, be it deleted or not; not if it has expired.
   *
   * @param version a certain version; null for the latest
   */
  public @Nullable DocumentVersion find(String link, @Nullable Long version) {
    QuerySpecification one = new QuerySpecification();
    one.query = new Query().setTermPropertyName(ServiceDocument.FIELD_NAME_SELF_LINK);
    one.query.setTermMatchValue(link);
    one.options =
        EnumSet.of(
            QueryOption.TOP_RESULTS, QueryOption.EXPAND_CONTENT, QueryOption.INCLUDE_DELETED);
    if (version != null) {
      Query versions = new Query().setTermPropertyName(ServiceDocument.FIELD_NAME_VERSION);
      versions.setNumericRange(NumericRange.createEqualRange(version));
      one.query = new Query().addBooleanClause(one.query).addBooleanClause(versions);
      one.options.add(QueryOption.INCLUDE_ALL_VERSIONS);
    }
    one.resultLimit = 1;
    try (FoundDocuments found = source(one, Asker.PATIENT).first(one)) {
      List<FoundDocuments.Row> rows = found.read(null, 1, Asker.PATIENT).rows();
      return rows.isEmpty() ? null : rows.getFirst().content().get();
    }
  }

  /** How many documents one stage of a graph query may find. */
  static final int MAX_STAGE = 100_000;

  /**
   * Finds all documents that match and hold one of certain values.
   *
   * @param property what holds the values; null if any document will do
   * @throws IllegalArgumentException if there are too many, or they weigh too much together
   */
  ServiceDocumentQueryResult all(
      QuerySpecification specification,
      @Nullable String property,
      Collection<String> values,
      Asker asker) {
    QuerySpecification resolved = new QuerySpecification();
    QueryNames.resolve(specification, kinds).copyTo(resolved);
    resolved.resultLimit = MAX_STAGE + 1;
    ResultAssembly assembly = engine.assembly(resolved);
    if (property != null && values.isEmpty()) {
      return assembly.assembleNone(asker);
    }
    Query restriction = property == null ? null : oneOf(property, values);
    QuerySource source =
        searched.source(resolved, restriction, engine.forms(), asker, engine.nowMicros());
    try (FoundDocuments found = source.first(resolved)) {
      List<FoundDocuments.Row> rows = found.read(null, MAX_STAGE + 1, asker).rows();
      if (rows.size() > MAX_STAGE) {
        throw new IllegalArgumentException(
            "more than %d documents match: narrow the query".formatted(MAX_STAGE));
      }
      ServiceDocumentQueryResult result = assembly.assemble(rows, asker);
      if (result == null) {
        throw new IllegalArgumentException(
            "the documents weigh too much together: ask for links only, or for some fields"
                + " (EXPAND_SELECTED_FIELDS)");
      }
      return result;
    }
  }

  /** A property may be indexed under several names, one for each sort of document. */
  private Query oneOf(String property, Collection<String> values) {
    QuerySpecification one = new QuerySpecification();
    one.query = new Query().setTermPropertyName(property).setTermMatchValue("");
    Query named = QueryNames.resolve(one, kinds).query;
    Query any = new Query();
    for (Query name : named.booleanClauses == null ? List.of(named) : named.booleanClauses) {
      String indexed = name.term == null ? property : String.valueOf(name.term.propertyName);
      for (String value : values) {
        any.addBooleanClause(
            new Query()
                .setTermPropertyName(indexed)
                .setTermMatchValue(value)
                .setOccurance(Query.Occurance.SHOULD_OCCUR));
      }
    }
    return any;
  }

  /** Runs a prepared task; its pages go when it expires, or with their owner. */
  ServiceDocumentQueryResult run(QueryTask task, @Nullable String owner, Asker asker) {
    long until =
        Math.max(engine.nowMicros() + MINIMUM_PAGE_LIFE_MICROS, task.documentExpirationTimeMicros);
    boolean operations = isOfOperations(task);
    QuerySpecification resolved =
        QueryNames.resolve(
            task.querySpec,
            operations ? Map.of(Operation.SerializedOperation.KIND, OPERATION) : kinds);
    return engine.run(
        operations
            ? new MemorySource(
                () -> inMemory.apply(ServiceUriPaths.CORE_OPERATION_INDEX + "/"), OPERATION, asker)
            : source(resolved, asker, until),
        resolved,
        new QueryEngine.Form(
            PageLinks.ofTasks(engine.hostId()), QueryEngine.DEFAULT_LIMIT, false, until, owner),
        asker);
  }
}
