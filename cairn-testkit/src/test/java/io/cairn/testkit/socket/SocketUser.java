// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.socket;

import io.cairn.document.DocumentJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A client that serves services over a WebSocket, with the JDK's own implementation of these. */
public final class SocketUser implements WebSocket.Listener, AutoCloseable {
  public static final String ENDPOINT = "/core/ws-endpoint";
  public static final String SERVICES = "/ws-service";

  private static final long SECONDS = 30;

  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<String, CompletableFuture<Reply>> replies = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final StringBuilder part = new StringBuilder();
  private volatile @Nullable String answer = "{}";

  /** What the host has answered. */
  public record Reply(int status, String body) {
    JsonNode json() {
      return DocumentJson.standard().readTree(body);
    }
  }

  /** A request that the host has handed over. */
  public record Asked(String uri, JsonNode operation) {
    String verb() {
      return operation.get("action").asString();
    }

    JsonNode body() {
      return DocumentJson.standard().readTree(operation.get("jsonBody").asString());
    }

    long version() {
      return body().path("documentVersion").asLong(-1);
    }
  }

  /** Connects to a host. */
  public SocketUser(URI host, String... headers) {
    URI endpoint = URI.create("ws://" + host.getRawAuthority() + ENDPOINT);
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    socket = builder.buildAsync(endpoint, this).orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      take(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void take(String message) {
    String[] headAndBody = message.split("\r\n", 2);
    String[] head = headAndBody[0].split(" ", 2);
    String body = headAndBody.length > 1 ? headAndBody[1] : "";
    if (!head[0].equals("POST")) {
      replies.get(head[1]).complete(new Reply(Integer.parseInt(head[0]), body));
      return;
    }
    Asked request = new Asked(head[1], DocumentJson.standard().readTree(body));
    asked.add(request);
    String now = answer;
    if (now != null) {
      answer(request, 200, now);
    }
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    end.complete(status);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end.complete(1006);
  }

  /** What each request is answered with from now on; null to leave that to the test. */
  void answerWith(@Nullable String json) {
    answer = json;
  }

  /** Answers a request. */
  void answer(Asked request, int status, String json) {
    String path = URI.create(request.uri()).getPath();
    long id = request.operation().get("id").asLong();
    Map<String, Object> reply =
        Map.of(
            "id",
            id,
            "statusCode",
            status,
            "responseHeaders",
            Map.of("x-by", "a client"),
            "responseJsonBody",
            json);
    send("r\r\nREPLY " + path + "\r\n" + DocumentJson.standard().toJson(reply));
  }

  /** Sends a message of whatever form. */
  void send(String message) {
    synchronized (http) { // one at a time, as the JDK wants it
      var _ = socket.sendText(message, true).orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }
  }

  /** Asks the host for something, and waits for its answer. */
  Reply ask(String verb, String path, String body) {
    String id = "q" + ids.incrementAndGet();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    replies.put(id, reply);
    send(id + "\r\n" + verb + " " + path + (body.isEmpty() ? "" : "\r\n" + body));
    return reply.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** Makes a service; returns its URI. */
  public URI create() {
    Reply reply = ask("POST", SERVICES, "{}");
    if (reply.status() != 202) {
      throw new IllegalStateException(reply.toString());
    }
    return URI.create(reply.json().get("uri").asString());
  }

  Reply subscribe(URI service, String publisher) {
    return ask("POST", publisher + "/subscriptions", "{\"reference\":\"%s\"}".formatted(service));
  }

  /** The requests that the host has handed over, in the order in which they came. */
  List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** The code with which the host has ended the connection; waits for it. */
  public int end() {
    return end.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** Breaks the connection off, as a client that dies does. */
  void abort() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
