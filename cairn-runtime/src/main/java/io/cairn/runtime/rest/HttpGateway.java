// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WebSocket;
import io.cairn.runtime.dispatch.Dispatcher;
import io.cairn.runtime.dispatch.InFlightOperations;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.runtime.routing.ForwardedOutcome;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.SubjectText;
import io.cairn.runtime.socket.WebSockets;
import io.cairn.runtime.stateful.EntityTags;
import io.cairn.runtime.stateful.HotAnswers;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.service.failure.Refusal;
import io.cairn.store.index.DocumentVersion;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns HTTP requests into operations and their answers into responses. Runs on event loops, so it
 * never waits: a GET of a document that is in memory is answered at once with the stored bytes,
 * everything else goes to the dispatcher.
 */
public final class HttpGateway implements HttpHandler {

  /** Directives that mean something only between the parts of a host; see docs/security.md. */
  private static final Set<String> INTERNAL_DIRECTIVES =
      Set.of(
          Operation.PRAGMA_DIRECTIVE_CREATED,
          Operation.PRAGMA_DIRECTIVE_FORWARDED,
          Operation.PRAGMA_DIRECTIVE_REPLICATED,
          Operation.PRAGMA_DIRECTIVE_SYNCH_OWNER,
          Operation.PRAGMA_DIRECTIVE_SYNCH_PEER,
          Operation.PRAGMA_DIRECTIVE_SYNCH_ALL_VERSIONS,
          Operation.PRAGMA_DIRECTIVE_SYNCH_HISTORICAL_VERSIONS,
          Operation.PRAGMA_DIRECTIVE_SYNCH_VERSION,
          Operation.PRAGMA_DIRECTIVE_VERSION_CHECK,
          Operation.PRAGMA_DIRECTIVE_INDEX_CHECK,
          Operation.PRAGMA_DIRECTIVE_CLEAR_AUTH_CACHE,
          Operation.PRAGMA_DIRECTIVE_POST_TO_PUT,
          Operation.PRAGMA_DIRECTIVE_FROM_MIGRATION_TASK,
          Operation.PRAGMA_DIRECTIVE_REWRITE,
          Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);

  private static final HttpResponse UNHEARD = HttpResponse.empty(Operation.STATUS_CODE_UNAVAILABLE);

  private final Dispatcher dispatcher;
  private final OwnerRouter owners;
  private final InFlightOperations inFlight;
  private final Guard security;
  private final HotAnswers<HttpResponse> hotAnswers = new HotAnswers<>(HttpGateway::answerWith);
  private final RecentTargets targets = new RecentTargets();
  private final LongSupplier nowMicros;
  private final Settings settings;
  private final CrossSiteGuard guard;
  private final Aside aside;

  /**
   * What stands beside the way of requests.
   *
   * @param sockets takes those who open a WebSocket
   * @param traced whether somebody wants to see every operation, so that each has to become one
   */
  public record Aside(WebSockets sockets, BooleanSupplier traced) {}

  /**
   * What the gateway needs to know of its host.
   *
   * @param hostUri prefix of every request's URI
   * @param operationTimeoutMicros how long a request may take
   * @param responseLimitBytes the largest answer
   * @param names what the host is addressed by
   * @param trails tells what is to be believed of a notification's trail
   */
  public record Settings(
      URI hostUri,
      long operationTimeoutMicros,
      int responseLimitBytes,
      Names names,
      UnaryOperator<String> trails) {}

  /**
   * What requests may be addressed to, and which sites' pages may write.
   *
   * @param closed whether the host listens on a loopback address
   * @param bindAddress what it listens on
   * @param publicUri where others reach it
   * @param allowed further names
   */
  public record Names(
      boolean closed, String bindAddress, URI publicUri, Collection<String> allowed) {}

  /** Creates a gateway in front of a dispatcher, and of what hands requests on to other nodes. */
  public HttpGateway(
      Dispatcher dispatcher,
      OwnerRouter owners,
      InFlightOperations inFlight,
      Guard security,
      Aside aside,
      LongSupplier nowMicros,
      Settings settings) {
    this.aside = aside;
    this.dispatcher = dispatcher;
    this.owners = owners;
    this.inFlight = inFlight;
    this.security = security;
    this.nowMicros = nowMicros;
    this.settings = settings;
    this.guard = new CrossSiteGuard(settings.names());
  }

  @Override
  public void handle(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    CrossSiteGuard.Refusal refusal = guard.refusal(request);
    if (refusal != null) {
      refuse(exchange, refusal.status(), refusal.message());
      return;
    }
    Action action = actionOf(request.method());
    if (action == null) {
      refuseMethod(exchange, request);
      return;
    }
    SubjectContext subject = null;
    if (security.isOn()) {
      try {
        subject = security.authenticate(Credentials.of(exchange, action));
      } catch (Refusal unproved) {
        exchange.respond(challenge(unproved));
        return;
      }
    }
    boolean traced = aside.traced().getAsBoolean();
    if (!traced && answerHot(exchange, request, subject)) {
      return;
    }
    Asked asked = new Asked(exchange, action, subject);
    if (!traced && handOn(request, asked)) {
      return;
    }
    URI uri = uriOf(request);
    if (uri == null) {
      refuse(exchange, Operation.STATUS_CODE_BAD_REQUEST, "The request target is not a valid URI");
      return;
    }
    dispatcher.dispatch(open(asked, uri, expiration()));
  }

  /**
   * A request that has come.
   *
   * @param subject who has sent it; null if nobody was asked to prove it
   */
  private record Asked(HttpExchange exchange, Action action, @Nullable SubjectContext subject) {}

  private long expiration() {
    return nowMicros.getAsLong() + settings.operationTimeoutMicros();
  }

  /** Makes an operation of a request, which answers it when it completes. */
  private Operation open(Asked asked, URI uri, long expiration) {
    HttpExchange exchange = asked.exchange();
    Operation op =
        Operation.create(asked.action(), uri)
            .setExpiration(expiration)
            .setAuthorizationContext(asked.subject());
    HttpEventStreamSink events = new HttpEventStreamSink(exchange);
    fill(op, exchange, exchange.request());
    op.setAbandonment(events);
    inFlight.add(op);
    op.setCompletion(
        (done, failure) -> {
          inFlight.remove(done);
          answer(exchange, uri, done, events);
        });
    return op;
  }

  /** Hands a request on to the node that owns its document, if nothing here has to know of it. */
  private boolean handOn(HttpRequest request, Asked asked) {
    if (!PlainRequests.areLike(request) || asked.exchange().bodyStream() != null) {
      return false;
    }
    String path = request.path();
    DocumentStorage documents = dispatcher.documentsOf(asked.action(), path);
    String owner = documents == null ? null : OwnerRouter.elsewhere(documents, path);
    return documents != null
        && owner != null
        && owners.handOn(documents, path, owner, new Handed(asked, expiration()));
  }

  /** A request that the owner of its document answers. */
  private final class Handed implements OwnerRouter.Unopened {
    private final Asked asked;
    private final long expiration;

    Handed(Asked asked, long expiration) {
      this.asked = asked;
      this.expiration = expiration;
    }

    @Override
    public Action action() {
      return asked.action();
    }

    @Override
    public HttpRequest request() {
      return asked.exchange().request();
    }

    @Override
    public SocketAddress caller() {
      return asked.exchange().remoteAddress();
    }

    @Override
    public @Nullable String subject() {
      return SubjectText.of(asked.subject());
    }

    @Override
    public long leftMicros() {
      return expiration - nowMicros.getAsLong();
    }

    @Override
    public boolean isGone() {
      return asked.exchange().isAbandoned();
    }

    @Override
    public void answer(ForwardedOutcome.Done done) {
      String allow =
          done.status() == Operation.STATUS_CODE_BAD_METHOD && !done.has(Operation.ALLOW_HEADER)
              ? dispatcher.allowed(uri(), asked.action())
              : null;
      respond(asked.exchange(), done.status(), done.body(), () -> AnswerHeaders.of(done, allow));
    }

    private URI uri() {
      return Objects.requireNonNull(uriOf(request()), "it was looked at before");
    }

    @Override
    public Operation open() {
      return HttpGateway.this.open(asked, uri(), expiration);
    }

    @Override
    public void dispatch() {
      dispatcher.dispatch(open());
    }
  }

  /**
   * A page of another site could read what comes over a WebSocket, and the user's cookies go along.
   */
  @Override
  public WebSocket.@Nullable Offer webSocket(
      HttpRequest request, List<X509Certificate> certificates) {
    if (!WebSockets.isEndpoint(request)) {
      return null;
    }
    CrossSiteGuard.Refusal refusal = guard.refusalOfSocket(request);
    if (refusal != null) {
      return new WebSocket.Offer.Refused(error(refusal.status(), refusal.message()));
    }
    if (security.isOn()) {
      try {
        security.requireKnown(Credentials.ofHandshake(request, certificates));
      } catch (Refusal unproved) {
        return new WebSocket.Offer.Refused(challenge(unproved));
      }
    }
    return aside.sockets().offer(request, this);
  }

  @Override
  public boolean readsAsStream(HttpRequest head) {
    Action action = actionOf(head.method());
    if (action == null || !dispatcher.mayReadAsStream(action, head.path())) {
      return false;
    }
    URI uri = uriOf(head);
    return uri != null && dispatcher.readsAsStream(action, uri);
  }

  /** No service has such a method, so the path says at most which others it has. */
  private void refuseMethod(HttpExchange exchange, HttpRequest request) {
    URI uri = uriOf(request);
    HttpResponse refusal =
        error(Operation.STATUS_CODE_BAD_METHOD, "Method not supported: " + request.method());
    exchange.respond(
        refusal.with(
            Operation.ALLOW_HEADER,
            dispatcher.allowed(uri == null ? settings.hostUri() : uri, null)));
  }

  private boolean answerHot(
      HttpExchange exchange, HttpRequest request, @Nullable SubjectContext subject) {
    if (request.query() != null
        || !request.method().equals("GET")
        || request.headers().contains(Operation.IF_NONE_MATCH_HEADER)
        || request.headers().contains(Operation.IF_MATCH_HEADER)
        || PlainRequests.wantsEvents(request)) {
      return false;
    }
    DocumentVersion hot = dispatcher.hotRead(request.path(), null, subject);
    if (hot != null) {
      exchange.respond(hotAnswers.of(hot));
    }
    return hot != null;
  }

  private static HttpResponse answerWith(DocumentVersion version) {
    return HttpResponse.json(Operation.STATUS_CODE_OK, version.json())
        .with(Operation.ETAG_HEADER, EntityTags.of(version));
  }

  private static @Nullable Action actionOf(String method) {
    return switch (method) {
      case "GET", "HEAD" -> Action.GET;
      case "POST" -> Action.POST;
      case "PUT" -> Action.PUT;
      case "PATCH" -> Action.PATCH;
      case "DELETE" -> Action.DELETE;
      case "OPTIONS" -> Action.OPTIONS;
      default -> null;
    };
  }

  private @Nullable URI uriOf(HttpRequest request) {
    URI known = targets.find(request);
    if (known == null) {
      known = parse(request);
      targets.note(request, known);
    }
    return known;
  }

  private @Nullable URI parse(HttpRequest request) {
    URI host = settings.hostUri();
    String target =
        request.query() == null ? request.path() : request.path() + '?' + request.query();
    try {
      URI uri = new URI(host.getScheme() + "://" + host.getRawAuthority() + target);
      return request.path().contains("/.") || request.path().contains("//") ? uri.normalize() : uri;
    } catch (URISyntaxException e) {
      try {
        return UriUtils.buildUri(host, target);
      } catch (IllegalArgumentException alsoInvalid) {
        return null;
      }
    }
  }

  private void fill(Operation op, HttpExchange exchange, HttpRequest request) {
    op.forceRemote().setCaller(exchange.remoteAddress());
    op.setRequestContentType(null);
    request
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              switch (lower) {
                case Operation.CONTENT_TYPE_HEADER -> op.setRequestContentType(value);
                case Operation.REFERER_HEADER -> op.setReferer(value);
                case Operation.PRAGMA_HEADER -> addPragmas(op, value);
                case Operation.CONTEXT_ID_HEADER -> op.setContextId(value);
                case Operation.TRANSACTION_ID_HEADER -> op.setTransactionId(value);
                case Operation.NOTIFICATION_DEPTH_HEADER ->
                    op.addRequestHeader(lower, settings.trails().apply(value));
                default -> op.addRequestHeader(lower, value);
              }
            });
    InputStream arriving = exchange.bodyStream();
    if (arriving != null) {
      // The connection watches that bytes move; how long they take in all is the client's affair.
      op.setBodyNoCloning(arriving).setExpiration(Long.MAX_VALUE);
    } else if (request.body().length > 0) {
      op.setBodyNoCloning(BodyBytes.received(op.getContentType(), request.body()))
          .setContentLength(request.body().length);
    }
  }

  /** Takes over what a client may say; the runtime's own directives mean nothing from outside. */
  private static void addPragmas(Operation op, String value) {
    for (String directive : value.split("[;,]", -1)) {
      String trimmed = directive.trim();
      if (!trimmed.isEmpty() && !INTERNAL_DIRECTIVES.contains(trimmed)) {
        op.addPragmaDirective(trimmed);
      }
    }
  }

  private void answer(HttpExchange exchange, URI asked, Operation op, HttpEventStreamSink events) {
    if (events.isStarted()) {
      events.end(op);
      return;
    }
    if (op.getStatusCode() == Operation.STATUS_CODE_BAD_METHOD
        && op.getResponseHeader(Operation.ALLOW_HEADER) == null) {
      op.addResponseHeader(Operation.ALLOW_HEADER, dispatcher.allowed(asked, op.getAction()));
    }
    if (op.getStatusCode() == Operation.STATUS_CODE_UNAUTHORIZED
        && op.getResponseHeader(Operation.WWW_AUTHENTICATE_HEADER) == null) {
      op.addResponseHeader(Operation.WWW_AUTHENTICATE_HEADER, AnswerHeaders.CHALLENGE);
    }
    byte[] body = exchange.isAbandoned() ? HttpRequest.NO_BODY : BodyBytes.of(op);
    respond(
        exchange,
        op.getStatusCode(),
        body,
        () -> AnswerHeaders.of(op, body.length == 0 ? null : op.getAnswerContentType()));
  }

  private void respond(
      HttpExchange exchange, int status, byte[] body, Supplier<HttpHeaders> headers) {
    if (exchange.isAbandoned()) {
      exchange.respond(UNHEARD); // for what the exchange holds
      return;
    }
    if (body.length > settings.responseLimitBytes()) {
      refuse(
          exchange,
          Operation.STATUS_CODE_INTERNAL_ERROR,
          "The answer has %d bytes, the limit is %d (responsePayloadSizeLimit); ask for less"
              .formatted(body.length, settings.responseLimitBytes()));
      return;
    }
    HttpResponse response;
    try {
      response = HttpResponse.of(status, headers.get(), body);
    } catch (IllegalArgumentException e) {
      refuse(
          exchange,
          Operation.STATUS_CODE_INTERNAL_ERROR,
          "The service gave its answer a header that HTTP does not allow: " + e.getMessage());
      return;
    }
    exchange.respond(response);
  }

  private static HttpResponse challenge(Refusal unproved) {
    return error(unproved.status(), String.valueOf(unproved.getMessage()))
        .with(Operation.WWW_AUTHENTICATE_HEADER, AnswerHeaders.CHALLENGE);
  }

  private static void refuse(HttpExchange exchange, int status, String message) {
    exchange.respond(error(status, message));
  }

  private static HttpResponse error(int status, String message) {
    ServiceErrorResponse error =
        ServiceErrorResponse.create(new IllegalStateException(message), status);
    return HttpResponse.json(status, DocumentJson.standard().toBytes(error));
  }
}
