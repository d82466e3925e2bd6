// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.service.security.AuthorizationContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What a handler of {@link DocumentService} or of an endpoint may know of the request, and its way
 * to other services. Valid until the handler returns.
 */
public final class Request {

  private final ServiceHost host;
  private final Operation op;
  private final Map<String, String> query;

  Request(ServiceHost host, Operation op) {
    this.host = host;
    this.op = op;
    this.query = UriUtils.parseUriQueryParams(op.getUri());
  }

  /** The path that was asked for: the document's link, or the endpoint's path. */
  public String link() {
    return op.getUri().getPath();
  }

  /** The last segment of the link. */
  public String id() {
    return UriUtils.getLastPathSegment(link());
  }

  /** What is asked for. */
  public Action action() {
    return op.getAction();
  }

  /** A query parameter. */
  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /** A header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(op.getRequestHeader(name));
  }

  /** The link of the user who asks, if the host knows its users. */
  public Optional<String> subject() {
    return Optional.ofNullable(op.getAuthorizationContext()).map(AuthorizationContext::subjectLink);
  }

  /** Whether there is a body. */
  public boolean hasBody() {
    return op.hasBody();
  }

  /**
   * The body.
   *
   * @throws IllegalArgumentException if there is none, or it does not fit: the client's mistake
   */
  public <T> T body(Class<T> type) {
    if (!op.hasBody()) {
      throw new IllegalArgumentException("body is required");
    }
    return op.getBody(type);
  }

  /** Sets a header of the answer. */
  public void answerHeader(String name, String value) {
    op.addResponseHeader(name, value);
  }

  /** Reads what another service answers to a GET; see {@link #call}. */
  public <T> T get(String path, Class<T> type) {
    return call(Action.GET, path, null, type);
  }

  /**
   * Asks another service of this cluster and waits. A document must not ask itself: its updates run
   * one at a time, and this one has not ended.
   *
   * @param body null for none
   * @param type of the answer
   * @throws Refusal with the status of the answer if it is no success
   */
  public <T> T call(Action action, String path, @Nullable Object body, Class<T> type) {
    Operation call =
        Operation.create(action, UriUtils.buildUri(host, path))
            .setReferer(op.getUri())
            .setBody(body);
    CompletableFuture<Operation> answer = new CompletableFuture<>();
    call.setCompletion(
        (done, failure) -> {
          if (failure == null) {
            answer.complete(done);
          } else {
            answer.completeExceptionally(refusalOf(done, failure));
          }
        });
    host.sendRequest(call);
    try {
      return answer.join().getBody(type);
    } catch (CompletionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  private static Refusal refusalOf(Operation done, Throwable failure) {
    ServiceErrorResponse error = done.getErrorResponseBody();
    String message =
        error == null || error.message == null
            ? String.valueOf(failure.getMessage())
            : error.message;
    int status = done.getStatusCode();
    return new Refusal(status >= 400 && status < 600 ? status : 500, message);
  }

  /** The time that documents expire by; see {@link ServiceHost#now()}. */
  public Instant now() {
    return host.now();
  }

  /** Whether nobody waits for the answer any more; see {@link Operation#isCancelled()}. */
  public boolean isCancelled() {
    return op.isCancelled();
  }

  /** The host that runs the handler. */
  public ServiceHost host() {
    return host;
  }
}
