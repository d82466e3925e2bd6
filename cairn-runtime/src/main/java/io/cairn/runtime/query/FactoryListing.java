// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
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
  private final OtherNodes others;

  /**
   * Lists the children that are indexed, or that the stateful services have in memory.
   *
   * @param toNode has another node answer, which keeps the page that is asked for
   * @param others has other nodes search what this one does not hold
   */
  public FactoryListing(
      QueryEngine engine,
      StatefulServices stateful,
      BiConsumer<String, Operation> toNode,
      OtherNodes others) {
    this.engine = engine;
    this.others = others;
    this.stateful = stateful;
    this.pages = new PageRequests(engine, toNode);
  }

  /** Answers a GET, or the DELETE of a page. */
  public void list(FactoryService factory, ServiceType children, Operation get) {
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
          return list(factory, children, local, parameters, Asker.of(get));
        });
  }

  private ServiceDocumentQueryResult list(
      FactoryService factory,
      ServiceType children,
      boolean local,
      Map<String, String> parameters,
      Asker asker) {
    QuerySource source = source(factory.getSelfLink(), children, local, asker);
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
                  some -> source.count(counting(some)) > 0));
      specification = odata.specification();
    } else {
      specification.query =
          new Query()
              .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
              .setTermMatchValue(children.model().kind());
      if (ODataQuery.isExpand(parameters.keySet())) {
        specification.options.add(QueryOption.EXPAND_CONTENT);
      }
    }
    QueryEngine.Form form =
        new QueryEngine.Form(
            new PageLinks(factory.getSelfLink(), engine.hostId()),
            factory.getSelfQueryResultLimit(),
            true,
            engine.nowMicros() + PAGE_LIFE_MICROS,
            null);
    ServiceDocumentQueryResult result = engine.run(source, specification, form, asker);
    total(source, odata, result);
    return result;
  }

  private static QuerySpecification counting(Query query) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    specification.options.add(QueryOption.COUNT);
    return specification;
  }

  /** A query says how many match in all, unless it lists all of them anyway. */
  private static void total(
      QuerySource source, @Nullable ODataQuery odata, ServiceDocumentQueryResult result) {
    if (odata == null || result.totalCount != null) {
      return;
    }
    boolean complete =
        odata.specification().options.contains(QueryOption.COUNT)
            || (result.nextPageLink == null
                && odata.specification().resultLimit == null
                && odata.specification().offset == null);
    result.totalCount =
        complete ? result.documentCount : (Long) source.count(odata.countSpecification());
  }

  private QuerySource source(String factoryLink, ServiceType children, boolean local, Asker asker) {
    if (children.documents() instanceof PartitionedStorage durable) {
      Query ofFactory =
          new Query()
              .setTermPropertyName(DocumentSearch.PROPERTY_PARENT)
              .setTermMatchValue(factoryLink);
      Searched searched =
          local
              ? Searched.asItIs(durable::held)
              : new Searched(any -> durable.spread(), durable::isForming, others);
      return searched.source(
          new QuerySpecification(),
          ofFactory,
          engine.forms(),
          asker,
          engine.nowMicros() + PAGE_LIFE_MICROS);
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
