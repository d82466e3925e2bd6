// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Service.Action;
import io.cairn.service.client.DocumentCalls;
import io.cairn.service.client.ServiceCalls;
import io.cairn.service.client.Transport;
import io.cairn.service.failure.Refusal;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.UriEscapes;
import io.cairn.service.validation.Constraints;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

  /** A request as handlers of a service of one's own may take it. */
  public static Request of(ServiceHost host, Operation op) {
    return new Request(host, op);
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
    boolean type = name.equalsIgnoreCase(Operation.CONTENT_TYPE_HEADER);
    return Optional.ofNullable(type && hasBody() ? op.getContentType() : op.getRequestHeader(name));
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
   * The body, valid as far as its type declares constraints.
   *
   * @throws IllegalArgumentException if there is none, or it does not fit or breaks a constraint:
   *     the client's mistake
   */
  public <T> T body(Class<T> type) {
    if (!op.hasBody()) {
      throw new IllegalArgumentException("body is required");
    }
    return Constraints.check(op.getBody(type));
  }

  /** Sets a header of the answer. */
  public void answerHeader(String name, String value) {
    op.addResponseHeader(name, value);
  }

  /**
   * The body as bytes. Where a route has asked for it they are read as they arrive: reading waits
   * for the client, and a client that is not read from has to wait.
   */
  public InputStream bodyStream() {
    return switch (op.getBodyRaw()) {
      case null -> InputStream.nullInputStream();
      case InputStream arriving -> arriving;
      case Object gathered -> new ByteArrayInputStream(Utils.toJsonBytes(gathered));
    };
  }

  /**
   * Sets the status of the answer, where 200 (204 without a value) does not fit.
   *
   * @param status 200 to 399; {@link Refusal} answers with others
   */
  public void answerStatus(int status) {
    if (status < 200 || status > 399) {
      throw new IllegalArgumentException(
          "The status of an answer is 200 to 399, not " + status + ": throw a Refusal");
    }
    op.setStatusCode(status);
  }

  /**
   * Answers with 201 and says where what was made is found.
   *
   * @param location a path or URI; what may not stand in one is percent-encoded
   */
  public void created(String location) {
    answerStatus(Operation.STATUS_CODE_CREATED);
    answerHeader(Operation.LOCATION_HEADER, UriEscapes.escapeIllegal(location));
  }

  /**
   * Begins calls of a document or a collection: {@code call(Account.class, link).send(new
   * Deposit(5))}. They wait no longer than the caller of this handler does. A document must not ask
   * itself: its updates run one at a time, and this one has not ended. What is no document is asked
   * by {@link #client()}.
   */
  public <T> DocumentCalls<T> call(Class<T> type, String link) {
    return client().call(type, link);
  }

  /** Calls other services, in the time that is left for this request. */
  public ServiceCalls client() {
    return host.client(op);
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

  /** Sends calls as operations. */
  record HostTransport(ServiceHost host, URI referer) implements Transport {
    @Override
    public CompletableFuture<Reply> send(Outgoing request) {
      CompletableFuture<Reply> result = new CompletableFuture<>();
      try {
        URI target =
            request.target().startsWith("/")
                ? UriUtils.buildUri(host, request.target())
                : URI.create(request.target());
        Operation op =
            Operation.create(Service.Action.valueOf(request.verb()), target)
                .setReferer(referer)
                .setExpiration(request.deadlineMicros())
                .setBody(request.body());
        request.headers().forEach((name, value) -> addHeader(op, name, value));
        op.setCompletion((done, failure) -> result.complete(new HostReply(done)));
        host.sendRequest(op);
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
      return result;
    }

    private static void addHeader(Operation op, String name, String value) {
      if (name.equals(Operation.CONTENT_TYPE_HEADER)) {
        op.setContentType(value);
      } else {
        op.addRequestHeader(name, value);
      }
    }

    @Override
    public void later(long millis, Runnable task) {
      var _ = host.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  private record HostReply(Operation op) implements Transport.Reply {
    @Override
    public int status() {
      return op.getStatusCode();
    }

    @Override
    public @Nullable String header(String name) {
      return op.getResponseHeader(name);
    }

    @Override
    public boolean hasBody() {
      return op.hasBody();
    }

    @Override
    public <T> T body(Class<T> type) {
      return op.getBody(type);
    }

    @Override
    public @Nullable ServiceErrorResponse error() {
      return op.getErrorResponseBody();
    }
  }
}
