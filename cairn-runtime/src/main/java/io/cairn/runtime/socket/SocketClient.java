// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.document.DocumentJson;
import io.cairn.net.EventStream;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WebSocket;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Guard;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The client of one WebSocket: the services that it serves, and what these have subscribed to,
 * which all end with the connection. Thread-safe.
 */
final class SocketClient implements WebSocket.Listener {
  private static final Logger log = LoggerFactory.getLogger(SocketClient.class);

  /** How many services a connection may have at a time. */
  static final int MOST_SERVICES = 100;

  /** To how much the services of a connection may be subscribed together. */
  static final int MOST_SUBSCRIPTIONS = 1_000;

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final ServiceHost host;
  private final HttpHandler requests;
  private final WebSocket socket;
  private final Consumer<SocketClient> left;
  private final HttpRequest handshake;
  private final HttpHeaders credentials;
  private final Map<String, ClientService> services = new ConcurrentHashMap<>();
  private final Set<Held> subscriptions = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  /**
   * A subscription that ends with a service.
   *
   * @param path where it was made
   * @param service of this client
   */
  private record Held(String path, ClientService service) {}

  /**
   * The client of a connection that was just opened.
   *
   * @param handshake has the client's credentials
   * @param requests answers what the client could ask over HTTP as well
   * @param left told when the connection has ended
   */
  SocketClient(
      ServiceHost host,
      HttpRequest handshake,
      HttpHandler requests,
      WebSocket socket,
      Consumer<SocketClient> left) {
    this.host = host;
    this.requests = requests;
    this.socket = socket;
    this.left = left;
    this.handshake = handshake;
    this.credentials = SocketCredentials.of(handshake);
  }

  @Override
  public boolean isInUse() {
    return !services.isEmpty();
  }

  @Override
  public void closed() {
    left.accept(this);
    if (!ended) { // it has ended with its host otherwise
      ended = true;
      host.run(
          () -> {
            var _ = end();
          });
    }
  }

  @Override
  public void text(String message, Runnable done) {
    SocketRequest request = SocketRequest.parse(message);
    if (request == null) {
      socket.close(
          WebSocket.NOT_UNDERSTOOD, "A message begins with two lines: an id; a verb and a path");
      done.run();
      return;
    }
    host.run(
        () -> {
          try {
            perform(request, done);
          } catch (IllegalArgumentException e) {
            refuse(request, done, BAD_REQUEST, String.valueOf(e.getMessage()));
          } catch (RuntimeException e) {
            log.warn("A message over a WebSocket could not be dealt with", e);
            refuse(request, done, SERVER_ERROR, "This could not be dealt with: " + e);
          }
        });
  }

  private void perform(SocketRequest request, Runnable done) {
    switch (request.wish()) {
      case CREATE -> create(request, done);
      case STOP -> stop(request, done);
      case REPLY -> reply(request, done);
      case SUBSCRIBE -> subscribe(request, done);
      case UNSUBSCRIBE -> unsubscribe(request, done);
      case UNKNOWN ->
          refuse(
              request,
              done,
              BAD_REQUEST,
              "%s %s is not asked for over a WebSocket. What is: POST %3$s, DELETE or REPLY %3$s/ID, POST or DELETE PATH/subscriptions"
                  .formatted(
                      request.verb(), request.path(), ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX));
    }
  }

  // ---- services

  private void create(SocketRequest request, Runnable done) {
    String link = ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX + '/' + UUID.randomUUID();
    ClientService service = new ClientService(socket, UriUtils.buildPublicUri(host, link));
    if (!admit(link, service)) {
      refuse(
          request,
          done,
          UNAVAILABLE,
          "A connection has at most %d services: stop one, or open another connection"
              .formatted(MOST_SERVICES));
      return;
    }
    Operation start =
        Operation.createPost(UriUtils.buildUri(host, link))
            .setReferer(host.getUri())
            .setCompletion(
                (started, failure) -> {
                  if (failure != null) {
                    services.remove(link);
                    refuse(request, done, SERVER_ERROR, String.valueOf(failure.getMessage()));
                    return;
                  }
                  byte[] uri = DocumentJson.standard().toBytes(Map.of("uri", service.uri()));
                  answer(request, done, HttpResponse.json(ACCEPTED, uri));
                  if (ended) {
                    var _ = end(List.of(service));
                  }
                });
    host.startService(start, service);
  }

  private synchronized boolean admit(String link, ClientService service) {
    if (services.size() >= MOST_SERVICES) {
      return false;
    }
    services.put(link, service);
    return true;
  }

  private void stop(SocketRequest request, Runnable done) {
    ClientService service = services.get(request.path());
    if (service == null) {
      noService(request, done);
      return;
    }
    var _ =
        end(List.of(service))
            .whenComplete((ends, failure) -> answer(request, done, HttpResponse.empty(OK)));
  }

  private void reply(SocketRequest request, Runnable done) {
    ClientService service = services.get(request.path());
    if (service == null) {
      noService(request, done);
    } else if (service.answer(ClientReply.parse(request.body()))) {
      done.run(); // whoever asked has the answer: there is nothing to say to the client
    } else {
      refuse(
          request, done, NOT_FOUND, "No request of this id waits: it was answered, or has expired");
    }
  }

  private void noService(SocketRequest request, Runnable done) {
    refuse(request, done, NOT_FOUND, "This connection serves no %s".formatted(request.path()));
  }

  // ---- subscriptions

  private void subscribe(SocketRequest request, Runnable done) {
    ObjectNode body = objectIn(request);
    Held held = new Held(request.path(), serviceIn(body));
    boolean isNew = !subscriptions.contains(held);
    if (isNew && subscriptions.size() >= MOST_SUBSCRIPTIONS) {
      refuse(
          request,
          done,
          UNAVAILABLE,
          "The services of a connection have at most %d subscriptions: end one, or open another connection"
              .formatted(MOST_SUBSCRIPTIONS));
      return;
    }
    subscriptions.add(held);
    ask(
        request.verb(),
        held,
        body,
        response -> {
          int status = response.status();
          if (isNew && status >= BAD_REQUEST && status < SERVER_ERROR) {
            subscriptions.remove(held);
          }
          answer(request, done, response);
          if (isOver(held)) {
            var _ = leave(held);
          }
        });
  }

  private void unsubscribe(SocketRequest request, Runnable done) {
    ObjectNode body = objectIn(request);
    Held held = new Held(request.path(), serviceIn(body));
    ask(
        request.verb(),
        held,
        body,
        response -> {
          if (response.status() < BAD_REQUEST || response.status() == NOT_FOUND) {
            subscriptions.remove(held);
          }
          answer(request, done, response);
        });
  }

  private static ObjectNode objectIn(SocketRequest request) {
    if (!request.body().isEmpty()
        && DocumentJson.standard().readTree(request.body()) instanceof ObjectNode body) {
      return body;
    }
    throw new IllegalArgumentException("body is required: an object with a reference");
  }

  /** The service that a subscription is for: other ones would not end with the connection. */
  private ClientService serviceIn(ObjectNode body) {
    String reference = body.path("reference").asString("");
    int at = reference.indexOf(ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX + '/');
    ClientService service = at < 0 ? null : services.get(reference.substring(at));
    if (service == null || (at > 0 && !reference.equals(service.uri().toString()))) {
      throw new IllegalArgumentException(
          "reference must be the uri of a service that was created over this connection");
    }
    return service;
  }

  /** Asks a publisher, as if the client had done so over HTTP. */
  private void ask(String verb, Held held, ObjectNode body, Consumer<HttpResponse> answered) {
    body.put("reference", held.service().uri().toString());
    HttpRequest request =
        new HttpRequest(
            verb,
            held.path(),
            handshake.authority(),
            credentials,
            body.toString().getBytes(StandardCharsets.UTF_8));
    SocketExchange exchange = new SocketExchange(socket, request, answered);
    try {
      requests.handle(exchange);
    } catch (RuntimeException e) {
      log.warn("{} could not be asked for over a WebSocket", request, e);
      exchange.respond(SocketExchange.error(SERVER_ERROR, "This could not be dealt with: " + e));
    }
  }

  private boolean isOver(Held held) {
    return ended || !services.containsValue(held.service());
  }

  /** Ends a subscription whose service ends. */
  private CompletableFuture<HttpResponse> leave(Held held) {
    subscriptions.remove(held);
    CompletableFuture<HttpResponse> left = new CompletableFuture<>();
    ask(
        SocketRequest.DELETE,
        held,
        (ObjectNode) DocumentJson.standard().toTree(Map.of()),
        left::complete);
    return left;
  }

  // ---- the end

  /** Ends everything that belongs to the connection; complete when publishers have heard of it. */
  CompletableFuture<Void> end() {
    ended = true;
    return end(List.copyOf(services.values()));
  }

  private CompletableFuture<Void> end(Collection<ClientService> ending) {
    ending.forEach(ClientService::end);
    CompletableFuture<?>[] left =
        subscriptions.stream()
            .filter(held -> ending.contains(held.service()))
            .map(this::leave)
            .toArray(CompletableFuture<?>[]::new);
    for (ClientService service : ending) {
      services.values().remove(service);
      host.stopService(service);
    }
    return CompletableFuture.allOf(left);
  }

  // ---- answers

  private void refuse(SocketRequest request, Runnable done, int status, String why) {
    answer(request, done, SocketExchange.error(status, why));
  }

  private void answer(SocketRequest request, Runnable done, HttpResponse response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    if (socket.send(request.answer(response.status(), body)) == EventStream.Delivery.OVERFLOW) {
      socket.close(WebSocket.TRY_AGAIN_LATER, "The client reads too slowly: an answer was lost");
    }
    done.run();
  }

  /** Whether what the client proved when it came still holds. */
  boolean isKnown(Guard guard) {
    return guard.isStillKnown(
        Credentials.ofHandshake(handshake, socket.remoteAddress(), socket.peerCertificates()));
  }

  /** Ends the connection of a client that may have none any more. */
  void expel() {
    socket.close(
        WebSocket.POLICY,
        "What proved who you are does not hold any more: log in, and connect again");
  }

  /** Tells the client that the host stops. */
  void sayGoodbye() {
    socket.close(WebSocket.GOING_AWAY, "The host stops: connect to another one");
  }
}
