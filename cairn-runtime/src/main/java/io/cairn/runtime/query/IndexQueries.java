// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryValidation;
import io.cairn.query.odata.ODataQuery;
import io.cairn.query.odata.QueryNames;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.service.Operation;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Queries over every indexed document of this node, whatever its kind. Thread-safe. */
public final class IndexQueries {

  /** How long a task lives that does not say it, in microseconds. */
  static final long DEFAULT_LIFE_MICROS = TimeUnit.MINUTES.toMicros(10);

  /** Pages live at least so long, even if the request that made them expires sooner. */
  static final long MINIMUM_PAGE_LIFE_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** So many links are read at a time where all are wanted. */
  private static final int LINKS_AT_ONCE = 10_000;

  private final QueryEngine engine;
  private final Searched searched;
  private final @Nullable Supplier<String> replicas;
  private final Map<String, ServiceDocumentDescription> kinds;

  private IndexQueries(
      QueryEngine engine,
      Searched searched,
      @Nullable Supplier<String> replicas,
      Map<String, ServiceDocumentDescription> kinds) {
    this.engine = engine;
    this.searched = searched;
    this.replicas = replicas;
    this.kinds = kinds;
  }

  /** Queries over what this node's replicas hold, once they have what was acknowledged anywhere. */
  public static IndexQueries consistent(
      QueryEngine engine, Searched searched, Map<String, ServiceDocumentDescription> kinds) {
    return new IndexQueries(engine, searched, null, kinds);
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
    return new IndexQueries(engine, searched, replicas, kinds);
  }

  /** Says in the answer whose replicas it is from, if they may be old. */
  void tellReplicas(Operation op) {
    if (replicas != null) {
      op.addResponseHeader(ReplicaReads.REPLICA_HEADER, replicas.get());
    }
  }

  private QuerySource source(QuerySpecification specification, Asker asker) {
    return new IndexSource(searched.search(specification), null, asker, engine.forms());
  }

  QueryEngine engine() {
    return engine;
  }

  /**
   * Checks a task, fills in what it leaves out.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void prepare(QueryTask task) {
    QueryValidation.validate(task);
    task.querySpec.options = QueryValidation.validate(task.querySpec);
    if (task.indexLink != null && !ServiceUriPaths.CORE_DOCUMENT_INDEX.equals(task.indexLink)) {
      throw new IllegalArgumentException(
          "There is no index %s: leave indexLink out".formatted(task.indexLink));
    }
    var _ = QueryNames.resolve(task.querySpec, kinds);
    long now = engine.nowMicros();
    if (task.documentExpirationTimeMicros == 0) {
      task.documentExpirationTimeMicros = now + DEFAULT_LIFE_MICROS;
    } else if (task.documentExpirationTimeMicros <= now) {
      throw new IllegalArgumentException("documentExpirationTimeMicros is in the past");
    }
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
          return source(specification, asker).count(some) > 0;
        });
  }

  /**
   * What a query over all kinds asks of each document.
   *
   * @param kinds the descriptions of all kinds
   * @throws IllegalArgumentException if no document can match
   */
  public static Query resolved(ODataQuery odata, Map<String, ServiceDocumentDescription> kinds) {
    QuerySpecification resolved = QueryNames.resolve(odata.specification(), kinds);
    QueryNames.requirePossible(resolved, kinds, _ -> false);
    return resolved.query;
  }

  /**
   * Makes sure that this node would see every document that matches.
   *
   * @throws io.cairn.runtime.documents.NotServedException if not
   */
  void requireServed(QuerySpecification specification) {
    var _ = searched.search(specification);
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

  /** Gives the links of all documents that match, in no particular order. */
  void forEachLink(QuerySpecification specification, Consumer<String> sink, Asker asker) {
    QuerySpecification all = new QuerySpecification();
    all.query = QueryNames.resolve(specification, kinds).query;
    all.resultLimit = LINKS_AT_ONCE;
    try (FoundDocuments found = source(all, asker).open(all)) {
      Object position = null;
      do {
        FoundDocuments.Slice slice = found.read(position, LINKS_AT_ONCE, asker);
        slice.rows().forEach(row -> sink.accept(row.link()));
        position = slice.next();
      } while (position != null);
    }
  }

  /** Runs a prepared task; its pages go when it expires, or with their owner. */
  ServiceDocumentQueryResult run(QueryTask task, @Nullable String owner, Asker asker) {
    long minimum = engine.nowMicros() + MINIMUM_PAGE_LIFE_MICROS;
    QuerySpecification resolved = QueryNames.resolve(task.querySpec, kinds);
    return engine.run(
        source(resolved, asker),
        resolved,
        new QueryEngine.Form(
            PageLinks.ofTasks(engine.hostId()),
            QueryEngine.DEFAULT_LIMIT,
            false,
            Math.max(minimum, task.documentExpirationTimeMicros),
            owner),
        asker);
  }
}
