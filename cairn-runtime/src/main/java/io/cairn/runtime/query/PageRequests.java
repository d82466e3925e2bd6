// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.odata.ODataQuery;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.service.failure.Refusal;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * Answers requests for pages: a GET reads one, a DELETE removes it, and what another node keeps is
 * asked of that node. Thread-safe.
 */
final class PageRequests {

  private final QueryEngine engine;
  private final BiConsumer<String, Operation> toNode;

  /**
   * Answers for the pages of an engine.
   *
   * @param toNode sends an operation to a certain node
   */
  PageRequests(QueryEngine engine, BiConsumer<String, Operation> toNode) {
    this.engine = engine;
    this.toNode = toNode;
  }

  /**
   * Answers a request.
   *
   * @param path where the query's pages are served
   * @param form makes the answer of the page's set and of what is on it
   */
  void answer(
      Operation op,
      String path,
      String page,
      BiFunction<PageSet, ServiceDocumentQueryResult, Object> form) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(op.getUri());
    String peer =
        parameters.getOrDefault(
            UriUtils.FORWARDING_URI_PARAM_NAME_PEER, parameters.get(ODataQuery.NODE_ID));
    boolean here = peer == null || peer.equals(engine.hostId());
    if (!here && !op.isForwarded()) {
      toNode.accept(peer, op);
      return;
    }
    PageSet set = engine.pages().find(page);
    if (set == null || !set.settings().links().path().equals(path) || !here) {
      Answers.noSuchPage(op, page);
    } else if (!Visible.areSame(
        set.settings().visible(), engine.visibleTo(op.getAuthorizationContext()))) {
      op.fail(
          Refusal.forbidden(
              "Page %s is of a query of somebody who may read other documents, or what may be read has changed: run the query again"
                  .formatted(page)));
    } else if (op.getAction() == Action.DELETE) {
      Answers.removed(op, page, engine.pages().remove(page));
    } else {
      engine.answer(
          op,
          () -> {
            Integer size = Answers.pageSize(parameters.get(UriUtils.URI_PARAM_ODATA_LIMIT));
            ServiceDocumentQueryResult result = engine.pages().read(page, size, engine.asker(op));
            if (result == null) {
              throw Refusal.notFound(Answers.noPage(page));
            }
            return form.apply(set, result);
          });
    }
  }
}
