// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Serves the pages of query tasks: {@code <self link>/<page>}, or with the page and the node that
 * holds it as parameters. A DELETE removes a page.
 */
@Needs(read = Access.FILTERED, write = Access.FILTERED)
public final class QueryPageService extends StatelessService {

  private final PageRequests pages;

  /** Serves the pages that an engine made. */
  public QueryPageService(QueryEngine engine, BiConsumer<String, Operation> toNode) {
    super(QueryTask.class);
    this.pages = new PageRequests(engine, toNode);
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleGet(Operation get) {
    answer(get, pageOf(get));
  }

  private void answer(Operation op, String page) {
    pages.answer(
        op,
        ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING,
        page,
        (set, results) -> answer(page, set, results));
  }

  /** A page as a task. */
  static QueryTask answer(String page, PageSet set, ServiceDocumentQueryResult results) {
    QueryTask task = new QueryTask();
    set.specification().copyTo(task.querySpec);
    task.documentExpirationTimeMicros = set.settings().expirationMicros();
    return Answers.finished(task, results, ServiceUriPaths.CORE_QUERY_PAGE + "/" + page);
  }

  @Override
  public Set<Action> verbs(String path) {
    return EnumSet.of(Action.GET, Action.DELETE, Action.OPTIONS);
  }

  @Override
  public void handleDelete(Operation delete) {
    String page = pageOf(delete);
    if (page.isEmpty()) {
      super.handleDelete(delete);
    } else {
      answer(delete, page);
    }
  }

  private String pageOf(Operation op) {
    String path = op.getUri().getPath();
    String below = getSelfLink() + "/";
    if (path.startsWith(below)) {
      return path.substring(below.length());
    }
    return UriUtils.parseUriQueryParams(op.getUri())
        .getOrDefault(UriUtils.FORWARDING_URI_PARAM_NAME_PATH, "");
  }
}
