// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Serves the pages of query tasks: {@code <self link>/<page>}, or with the page and the node that
 * holds it as parameters. A DELETE removes a page.
 */
public final class QueryPageService extends StatelessService {

  private final QueryEngine engine;
  private final BiConsumer<String, Operation> toNode;

  /** Serves the pages that an engine made. */
  public QueryPageService(QueryEngine engine, BiConsumer<String, Operation> toNode) {
    super(QueryTask.class);
    this.engine = engine;
    this.toNode = toNode;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleGet(Operation get) {
    if (!isHere(get) && !get.isForwarded()) {
      toNode.accept(parameters(get).getOrDefault(UriUtils.FORWARDING_URI_PARAM_NAME_PEER, ""), get);
      return;
    }
    String page = pageOf(get);
    PageSet set = engine.pages().find(page);
    if (set == null
        || !set.settings().links().path().equals(ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING)
        || !isHere(get)) {
      Answers.noSuchPage(get, page);
      return;
    }
    String limit = parameters(get).get(UriUtils.URI_PARAM_ODATA_LIMIT);
    engine.answer(
        get,
        () -> {
          ServiceDocumentQueryResult results =
              engine.pages().read(page, Answers.pageSize(limit), Asker.of(get));
          if (results == null) {
            throw Refusal.notFound(Answers.noPage(page));
          }
          return answer(page, set, results);
        });
  }

  private QueryTask answer(String page, PageSet set, ServiceDocumentQueryResult results) {
    QueryTask task = new QueryTask();
    set.specification().copyTo(task.querySpec);
    task.taskInfo = TaskState.createAsFinished();
    task.taskInfo.isDirect = true;
    task.results = results;
    task.documentSelfLink = ServiceUriPaths.CORE_QUERY_PAGE + "/" + page;
    task.documentKind = DocumentKinds.shared().kindOf(QueryTask.class);
    task.documentOwner = engine.hostId();
    task.documentExpirationTimeMicros = set.settings().expirationMicros();
    return task;
  }

  @Override
  public Set<Action> verbs(String path) {
    return EnumSet.of(Action.GET, Action.DELETE, Action.OPTIONS);
  }

  @Override
  public void handleDelete(Operation delete) {
    if (!isHere(delete) && !delete.isForwarded()) {
      toNode.accept(
          parameters(delete).getOrDefault(UriUtils.FORWARDING_URI_PARAM_NAME_PEER, ""), delete);
      return;
    }
    String page = pageOf(delete);
    if (page.isEmpty()) {
      super.handleDelete(delete);
      return;
    }
    PageSet set = engine.pages().find(page);
    boolean served =
        set != null && set.settings().links().path().equals(ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING);
    Answers.removed(delete, page, served && isHere(delete) && engine.pages().remove(page));
  }

  private boolean isHere(Operation op) {
    String peer = parameters(op).get(UriUtils.FORWARDING_URI_PARAM_NAME_PEER);
    return peer == null || peer.equals(engine.hostId());
  }

  private String pageOf(Operation op) {
    String path = op.getUri().getPath();
    String below = getSelfLink() + "/";
    if (path.startsWith(below)) {
      return path.substring(below.length());
    }
    return parameters(op).getOrDefault(UriUtils.FORWARDING_URI_PARAM_NAME_PATH, "");
  }

  private static Map<String, String> parameters(Operation op) {
    return UriUtils.parseUriQueryParams(op.getUri());
  }
}
