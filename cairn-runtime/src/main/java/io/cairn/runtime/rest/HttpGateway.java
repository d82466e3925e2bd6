// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WebSocket;
import io.cairn.runtime.audit.AuditTrail;
import io.cairn.runtime.dispatch.Dispatcher;
import io.cairn.runtime.dispatch.InFlightOperations;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.runtime.routing.ForwardedOutcome;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.security.AuthenticationGate;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.SubjectText;
import io.cairn.runtime.socket.WebSockets;
import io.cairn.runtime.stateful.EntityTags;
import io.cairn.runtime.stateful.HotAnswers;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.store.index.DocumentVersion;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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

  private final Dispatcher dispatcher;
  private final OwnerRouter owners;
  private final InFlightOperations inFlight;
  private final Guard security;
  private final HotAnswers<HttpResponse> hotAnswers = new HotAnswers<>(HttpGateway::answerWith);
  private final RequestUris uris;
  private final LongSupplier nowMicros;
  private final Settings settings;
  private final CrossSiteGuard guard;
  private final Aside aside;

  /**
   * What stands beside the way of requests.
   *
   * @param sockets takes those who open a WebSocket
   * @param traced whether somebody wants to see every operation, so that each has to become one
   * @param turns lets requests in no faster than their senders may send
   * @param streams takes a place among the event streams of who sends an operation
   * @param audit hears who does what
   */
  public record Aside(
      WebSockets sockets,
      BooleanSupplier traced,
      RequestTurns turns,
      Function<Operation, Runnable> streams,
      AuditTrail audit) {}

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
   * @param cors the sites whose pages may also read the answers
   */
  public record Names(
      boolean closed,
      String bindAddress,
      URI publicUri,
      Collection<String> allowed,
      CorsRules cors) {}

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
    this.uris = new RequestUris(settings.hostUri());
    this.guard = new CrossSiteGuard(settings.names());
  }

  @Override
  public void handle(HttpExchange arrived) {
    HttpExchange exchange = aside.audit().watch(arrived);
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
    AuthenticationGate gate = security.gate();
    if (gate != null) {
      GatedRequest.identify(
          security,
          gate,
          Credentials.of(exchange, action),
          (who, unproved) -> admit(new Asked(exchange, action, who), unproved),
          refused -> exchange.respond(RefusalAnswers.challenge(refused)));
      return;
    }
    if (!security.isOn()) {
      admit(new Asked(exchange, action, null), null);
      return;
    }
    Credentials credentials = Credentials.of(exchange, action);
    SubjectContext known;
    try {
      known = security.recognize(credentials);
    } catch (Refusal unproved) {
      exchange.respond(RefusalAnswers.challenge(unproved));
      return;
    }
    if (known != null) {
      admit(new Asked(exchange, action, known), null);
    } else {
      LateProof.of(
          security, credentials, exchange, who -> admit(new Asked(exchange, action, who), null));
    }
  }

  /**
   * Goes on with a request, unless its sender has to wait or has sent too many.
   *
   * @param unproved the answer, unless the authentication service gives one
   */
  private void admit(Asked asked, @Nullable Refusal unproved) {
    AuditTrail.by(asked.exchange(), asked.subject());
    RequestTurns turns = aside.turns();
    if (turns.isOn()) {
      turns.take(
          asked.exchange(), asked.subject(), counted -> proceed(asked.over(counted), unproved));
    } else {
      proceed(asked, unproved);
    }
  }

  private void proceed(Asked asked, @Nullable Refusal unproved) {
    HttpExchange exchange = asked.exchange();
    HttpRequest request = exchange.request();
    boolean isStranger = security.gate() != null && asked.isOfGuest();
    boolean traced = aside.traced().getAsBoolean();
    if (!traced && !isStranger && answerHot(exchange, request, asked.subject())) {
      return;
    }
    if (!traced && !isStranger && handOn(request, asked)) {
      return;
    }
    URI uri = uris.of(request);
    if (uri == null) {
      refuse(exchange, Operation.STATUS_CODE_BAD_REQUEST, "The request target is not a valid URI");
      return;
    }
    dispatcher.meet(open(asked, uri, expiration()), unproved);
  }

  /**
   * A request that has come.
   *
   * @param subject who has sent it; null if nobody was asked to prove it
   */
  private record Asked(HttpExchange exchange, Action action, @Nullable SubjectContext subject) {
    Asked over(HttpExchange counted) {
      return new Asked(counted, action, subject);
    }

    boolean isOfGuest() {
      return subject != null && subject.subject().isGuest();
    }
  }

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
    HttpEventStreamSink events = new HttpEventStreamSink(exchange, aside.streams());
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
      return Objects.requireNonNull(uris.of(request()), "it was looked at before");
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
      HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
    if (!WebSockets.isEndpoint(request)) {
      return null;
    }
    CrossSiteGuard.Refusal refusal = guard.refusalOfSocket(request);
    if (refusal != null) {
      aside.audit().refused(request, from, refusal.status());
      return new WebSocket.Offer.Refused(RefusalAnswers.of(refusal.status(), refusal.message()));
    }
    if (security.isOn()) {
      try {
        security.requireKnown(Credentials.ofHandshake(request, from, certificates));
      } catch (Refusal unproved) {
        aside.audit().refused(request, from, unproved.status());
        return new WebSocket.Offer.Refused(RefusalAnswers.challenge(unproved));
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
    URI uri = uris.of(head);
    return uri != null && dispatcher.readsAsStream(action, uri);
  }

  /** No service has such a method, so the path says at most which others it has. */
  private void refuseMethod(HttpExchange exchange, HttpRequest request) {
    URI uri = uris.of(request);
    HttpResponse refusal =
        RefusalAnswers.of(
            Operation.STATUS_CODE_BAD_METHOD, "Method not supported: " + request.method());
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
                case Operation.PRAGMA_HEADER -> ClientPragmas.addTo(op, value);
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

  private void answer(HttpExchange exchange, URI asked, Operation op, HttpEventStreamSink events) {
    AuditTrail.done(exchange, op); // a login has proved somebody
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

  /**
   * A client that has gone is answered too: for what the exchange holds, and for who watches it.
   */
  private void respond(
      HttpExchange exchange, int status, byte[] body, Supplier<HttpHeaders> headers) {
    if (exchange.isAbandoned()) {
      exchange.respond(RefusalAnswers.unheard(status, headers)); // for what the exchange holds
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

  private static void refuse(HttpExchange exchange, int status, String message) {
    exchange.respond(RefusalAnswers.of(status, message));
  }
}
