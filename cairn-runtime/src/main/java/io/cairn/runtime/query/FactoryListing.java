// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.odata.ODataQuery;
import io.cairn.query.odata.QueryNames;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers a GET of a factory: the links of its children, their documents if asked for, and whatever
 * the OData parameters want. Long listings come in pages. Thread-safe.
 */
public final class FactoryListing {

  private static final long PAGE_LIFE_MICROS = TimeUnit.MINUTES.toMicros(10);

  private final QueryEngine engine;
  private final StatefulServices stateful;
  private final PageRequests pages;
  private final Watches watches;
  private final OtherNodes others;

  /**
   * Lists the children that are indexed, or that the stateful services have in memory.
   *
   * @param watches answers those that want to follow the children
   * @param toNode has another node answer, which keeps the page that is asked for
   * @param others has other nodes search what this one does not hold
   */
  public FactoryListing(
      QueryEngine engine,
      Watches watches,
      StatefulServices stateful,
      BiConsumer<String, Operation> toNode,
      OtherNodes others) {
    this.engine = engine;
    this.watches = watches;
    this.others = others;
    this.stateful = stateful;
    this.pages = new PageRequests(engine, toNode);
  }

  /** Answers a GET, or the DELETE of a page. */
  public void list(FactoryService factory, ServiceType children, Operation get) {
    if (Watches.isWanted(get)) {
      watches.children(factory.getSelfLink(), children, get);
      return;
    }
    Map<String, String> parameters = UriUtils.parseUriQueryParams(get.getUri());
    ODataQuery.requireKnown(parameters.keySet());
    String page = parameters.get(UriUtils.FORWARDING_URI_PARAM_NAME_PATH);
    if (page != null) {
      pages.answer(get, factory.getSelfLink(), page, (set, result) -> result);
      return;
    }
    boolean local = ReplicaReads.isWanted(get);
    engine.answer(
        get,
        () -> {
          if (local && children.documents() instanceof PartitionedStorage durable) {
            durable.requireAny();
            get.addResponseHeader(ReplicaReads.REPLICA_HEADER, durable.replicaState());
          }
          return list(factory, children, local, parameters, engine.asker(get));
        });
  }

  private ServiceDocumentQueryResult list(
      FactoryService factory,
      ServiceType children,
      boolean local,
      Map<String, String> parameters,
      Asker asker) {
    QuerySource source = source(factory.getSelfLink(), children, local, asker, PAGE_LIFE_MICROS);
    PastListing past = past(source, children, parameters, asker);
    boolean query = ODataQuery.isQuery(parameters.keySet());
    QuerySpecification specification = new QuerySpecification();
    ODataQuery odata = null;
    if (query) {
      odata =
          ODataQuery.parse(
              parameters,
              new ODataQuery.Scope(
                  null,
                  children.model().kind(),
                  children.model().description(),
                  some -> past != null || source.count(counting(some)) > 0));
      specification = odata.specification();
      if (!(source instanceof MemorySource)) {
        // Without an index everything can be sorted.
        var _ =
            QueryNames.resolve(
                specification, Map.of(children.model().kind(), children.model().description()));
      }
    } else {
      specification.query =
          new Query()
              .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
              .setTermMatchValue(children.model().kind());
      if (ODataQuery.isExpand(parameters.keySet())) {
        specification.options.add(QueryOption.EXPAND_CONTENT);
      }
    }
    if (past != null) {
      past.applyTo(specification);
    }
    QueryEngine.Form form =
        new QueryEngine.Form(
            new PageLinks(factory.getSelfLink(), engine.hostId()),
            factory.getSelfQueryResultLimit(),
            true,
            engine.nowMicros() + PAGE_LIFE_MICROS,
            null);
    ServiceDocumentQueryResult result = engine.run(source, specification, form, asker);
    total(source, odata, past, result);
    return result;
  }

  /** The time that a listing is as of; null if it is of now. */
  private @Nullable PastListing past(
      QuerySource source, ServiceType children, Map<String, String> parameters, Asker asker) {
    PastListing past = PastListing.of(parameters, engine.nowMicros());
    if (past != null) {
      if (source instanceof MemorySource) {
        throw new IllegalArgumentException("asOf needs documents that are persistent");
      }
      past.requireRetained(source, children.model().kind(), children.model().description(), asker);
    }
    return past;
  }

  /** Takes the children of a factory one by one. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one; false ends the visit. */
    boolean visit(DocumentVersion document) throws IOException;
  }

  /** How long other nodes hold what a visit reads of them; it lets go of it when it ends. */
  private static final long VISIT_LIFE_MICROS = TimeUnit.DAYS.toMicros(1);

  /** How many links of a visit are in memory at a time. */
  private static final int VISIT_SLICE = 1_000;

  /**
   * Gives the children of a factory that whoever asks may read (the thread's context says who), in
   * the order of their links, all as of one moment, one at a time: however many there are, memory
   * holds one and some links. Blocks.
   *
   * @param parameters {@code $filter} and {@code asOf} say which, if they are there
   * @param after a link, behind which the visit begins; empty for the first
   * @param gone whether nobody is interested any more
   */
  public void visit(
      FactoryService factory,
      ServiceType children,
      Map<String, String> parameters,
      String after,
      BooleanSupplier gone,
      Visitor visitor)
      throws IOException {
    Asker present = gone::getAsBoolean;
    Asker asker = present.seeing(engine.visibleTo(OperationContext.getAuthorizationContext()));
    QuerySource source = source(factory.getSelfLink(), children, false, asker, VISIT_LIFE_MICROS);
    PastListing past = past(source, children, parameters, asker);
    Map<String, String> asked = new HashMap<>(parameters);
    asked.put(ODataQuery.ORDER_BY, ServiceDocument.FIELD_NAME_SELF_LINK);
    asked.put(ODataQuery.LIMIT, Integer.toString(VISIT_SLICE));
    QuerySpecification specification =
        ODataQuery.parse(
                asked,
                new ODataQuery.Scope(
                    null,
                    children.model().kind(),
                    children.model().description(),
                    some -> past != null || source.count(counting(some)) > 0))
            .specification();
    specification.options.add(QueryOption.EXPAND_CONTENT);
    if (past != null) {
      past.applyTo(specification);
    }
    try (FoundDocuments found = source.openBehind(specification, after)) {
      Object position = null;
      do {
        FoundDocuments.Slice slice = found.read(position, VISIT_SLICE, asker);
        for (FoundDocuments.Row row : slice.rows()) {
          if (!visitor.visit(row.content().get())) {
            return;
          }
        }
        position = slice.next();
      } while (position != null);
    }
  }

  private static QuerySpecification counting(Query query) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    specification.options.add(QueryOption.COUNT);
    return specification;
  }

  /** A query says how many match in all, unless it lists all of them anyway. */
  private static void total(
      QuerySource source,
      @Nullable ODataQuery odata,
      @Nullable PastListing past,
      ServiceDocumentQueryResult result) {
    if (odata == null || result.totalCount != null) {
      return;
    }
    boolean complete =
        odata.specification().options.contains(QueryOption.COUNT)
            || (result.nextPageLink == null
                && odata.specification().resultLimit == null
                && odata.specification().offset == null);
    QuerySpecification all = odata.countSpecification();
    result.totalCount =
        complete
            ? result.documentCount
            : (Long) source.count(past == null ? all : past.applyTo(all));
  }

  private QuerySource source(
      String factoryLink, ServiceType children, boolean local, Asker asker, long lifeMicros) {
    if (children.documents() instanceof PartitionedStorage durable) {
      Query ofFactory =
          new Query()
              .setTermPropertyName(DocumentSearch.PROPERTY_PARENT)
              .setTermMatchValue(factoryLink);
      Searched searched =
          local
              ? Searched.asItIs(durable::held, durable::ownedStores)
              : new Searched(
                  any -> durable.spread(), durable::isForming, others, durable::ownedStores);
      return searched.source(
          new QuerySpecification(),
          ofFactory,
          engine.forms(),
          asker,
          engine.nowMicros() + lifeMicros);
    }
    return new MemorySource(
        () -> inMemory(factoryLink + "/"), children.model().description(), asker);
  }

  private List<DocumentVersion> inMemory(String prefix) {
    return stateful.volatileDocuments(prefix).stream()
        .filter(document -> document.link().indexOf('/', prefix.length()) < 0)
        .toList();
  }
}
