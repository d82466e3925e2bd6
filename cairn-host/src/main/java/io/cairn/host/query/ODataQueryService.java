// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.query;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.host.Operation;
import io.cairn.host.StatelessService;
import io.cairn.host.UriUtils;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.odata.ODataQuery;
import java.util.Map;

/** Answers OData queries over all documents, with the documents. */
public final class ODataQueryService extends StatelessService {

  private final IndexQueries queries;

  /** A service in front of the index. */
  public ODataQueryService(IndexQueries queries) {
    super(QueryTask.class);
    this.queries = queries;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(get.getUri());
    ODataQuery.requireKnown(parameters.keySet());
    if (!ODataQuery.isQuery(parameters.keySet())) {
      throw new IllegalArgumentException("A query parameter is required, $filter for instance");
    }
    queries.engine().answer(get, () -> answer(parameters, Asker.of(get)));
  }

  private QueryTask answer(Map<String, String> parameters, Asker asker) {
    ODataQuery odata = ODataQuery.parse(parameters, ODataQuery.Scope.everything());
    QueryTask task = QueryTask.create(odata.specification()).setDirect(true);
    var options = task.querySpec.options;
    if (!options.contains(QueryOption.COUNT)
        && !options.contains(QueryOption.EXPAND_SELECTED_FIELDS)) {
      options.add(QueryOption.EXPAND_CONTENT);
    }
    if (!odata.tenantLinks().isEmpty()) {
      task.tenantLinks = odata.tenantLinks();
    }
    queries.prepare(task);
    ServiceDocumentQueryResult results = queries.run(task, null, asker);
    if (odata.count()) {
      results.totalCount = queries.count(odata.countSpecification());
    }
    task.results = results;
    task.taskInfo = TaskState.createAsFinished();
    task.taskInfo.isDirect = true;
    task.documentKind = DocumentKinds.shared().kindOf(QueryTask.class);
    task.documentSelfLink = getSelfLink();
    task.documentOwner = queries.engine().hostId();
    return task;
  }
}
