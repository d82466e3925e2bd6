// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.EventSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A path that answers requests by computing, without a document: {@code host.endpoint("/ids/next",
 * GET, request -> sequence.next())}. Handlers run on virtual threads, may block, and run at the
 * same time.
 */
@FunctionalInterface
public interface Endpoint {

  /**
   * Answers a request.
   *
   * @return the body of the answer: text as {@code text/plain}, bytes as {@code
   *     application/octet-stream} (or as a header {@code content-type} says that the handler sets),
   *     a {@link BodyWriter} or {@link EventSource} that writes it, a stream of values as they
   *     come, anything else as JSON; null answers 204
   * @throws Exception refuses it: {@link IllegalArgumentException} with 400, {@link Refusal} with
   *     its status, others with 500
   */
  @Nullable Object handle(Request request) throws Exception;

  /**
   * Answers an operation with the value that some code returns, or with what it throws.
   *
   * @param contentType of the answer; null for what the code sets as a header, or what the value
   *     shows
   */
  static void answer(Operation op, @Nullable String contentType, Callable<@Nullable Object> code) {
    OperationFailure.answering(op, code, answer -> answer(op, contentType, answer));
  }

  private static void answer(Operation op, @Nullable String contentType, @Nullable Object answer) {
    if (answer == null && op.getStatusCode() == Operation.STATUS_CODE_OK) {
      op.setStatusCode(Operation.STATUS_CODE_NO_CONTENT);
    }
    String set = op.getResponseHeader(Operation.CONTENT_TYPE_HEADER);
    op.setContentType(set == null ? contentType : set);
    OperationBody.answer(op, set != null || contentType != null, answer);
  }

  /** The service behind a path, with one handler a verb. */
  final class EndpointService extends StatelessService {
    private final Map<Action, Endpoint> handlers = new EnumMap<>(Action.class);

    /** Adds a verb. */
    synchronized void add(Action action, Endpoint handler) {
      if (handlers.putIfAbsent(action, handler) != null) {
        throw new IllegalStateException(action + " has a handler");
      }
    }

    private synchronized @Nullable Endpoint handler(Action action) {
      return handlers.get(action);
    }

    @Override
    public synchronized Set<Action> verbs(String path) {
      Set<Action> verbs = EnumSet.of(Action.OPTIONS);
      verbs.addAll(handlers.keySet());
      return verbs;
    }

    @Override
    public void handleRequest(Operation op) {
      Endpoint handler = handler(op.getAction());
      if (handler == null) {
        unhandled(op);
        return;
      }
      answer(op, null, () -> handler.handle(new Request(getHost(), op)));
    }

    /** A DELETE from outside does not stop an endpoint; the host's own, at its end, does. */
    private void unhandled(Operation op) {
      boolean stop = op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE);
      if (op.getAction() == Action.OPTIONS || (op.getAction() == Action.DELETE && stop)) {
        super.handleRequest(op);
      } else {
        Operation.failActionNotSupported(op);
      }
    }
  }
}
