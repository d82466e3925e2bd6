// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.history.HistoryPoint;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import java.util.function.BiConsumer;

/** Answers OData queries over all documents, with the documents. */
@Needs(read = Access.FILTERED, write = Access.GRANTED)
public final class ODataQueryService extends StatelessService {

  private final IndexQueries queries;
  private final IndexQueries local;
  private final Watches watches;
  private final PageRequests pages;

  /**
   * A service in front of the index.
   *
   * @param watches answers those that want to follow what a query matches
   * @param toNode has another node answer, which keeps the page that is asked for
   */
  public ODataQueryService(
      IndexQueries queries,
      IndexQueries local,
      Watches watches,
      BiConsumer<String, Operation> toNode) {
    super(QueryTask.class);
    this.pages = new PageRequests(queries.engine(), toNode);
    this.queries = queries;
    this.local = local;
    this.watches = watches;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(get.getUri());
    ODataQuery.requireKnown(parameters.keySet());
    if (parameters.containsKey(HistoryPoint.AS_OF)) {
      throw new IllegalArgumentException(
          "asOf is for documents and factories; a query task has the option TIME_SNAPSHOT");
    }
    String page = parameters.get(ODataQuery.SKIP_TO);
    if (page != null) {
      pages.answer(
          get,
          ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING,
          page,
          (set, results) -> QueryPageService.answer(page, set, results));
      return;
    }
    if (!ODataQuery.isQuery(parameters.keySet())) {
      throw new IllegalArgumentException("A query parameter is required, $filter for instance");
    }
    if (Watches.isWanted(get)) {
      watches.query(ODataQuery.parse(parameters, ODataQuery.Scope.everything()), get);
      return;
    }
    IndexQueries asked = ReplicaReads.isWanted(get) ? local : queries;
    asked.tellReplicas(get);
    asked.engine().answer(get, () -> answer(asked, parameters, asked.engine().asker(get)));
  }

  private QueryTask answer(IndexQueries asked, Map<String, String> parameters, Asker asker) {
    ODataQuery odata = ODataQuery.parse(parameters, ODataQuery.Scope.everything());
    QueryTask task = QueryTask.create(odata.specification()).setDirect(true);
    var options = task.querySpec.options;
    if (task.querySpec.aggregations == null
        && !options.contains(QueryOption.COUNT)
        && !options.contains(QueryOption.EXPAND_SELECTED_FIELDS)) {
      options.add(QueryOption.EXPAND_CONTENT);
    }
    if (!odata.tenantLinks().isEmpty()) {
      task.tenantLinks = odata.tenantLinks();
    }
    asked.prepare(task);
    asked.requirePossible(task.querySpec, asker);
    ServiceDocumentQueryResult results = asked.run(task, null, asker);
    if (odata.count()) {
      results.totalCount = asked.count(odata.countSpecification(), asker);
    }
    return Answers.finished(task, results, getSelfLink());
  }
}
