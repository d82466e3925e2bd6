// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** A host on loopback that remembers what it was asked and answers what the test says. */
final class RecordingHost implements AutoCloseable {

  record Received(String method, String target, Headers headers, String body) {
    String header(String name) {
      return headers.getFirst(name);
    }
  }

  private final HttpServer server;
  private final String scheme;
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;
  private volatile Function<Received, byte[]> body = _ -> "{}".getBytes(StandardCharsets.UTF_8);
  private volatile int missing;
  private volatile Map<String, String> headers = Map.of("content-type", "application/json");

  private RecordingHost(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.createContext("/", this::handle);
    server.start();
  }

  static RecordingHost start() {
    try {
      return new RecordingHost(HttpServer.create(loopback(), 0), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RecordingHost startWithTls(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new RecordingHost(server, "https");
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  RecordingHost answers(int newStatus, String newBody) {
    return answers(newStatus, newBody.getBytes(StandardCharsets.UTF_8));
  }

  RecordingHost answers(int newStatus, byte[] newBody) {
    status = newStatus;
    body = _ -> newBody;
    missing = 0;
    return this;
  }

  /** Answers each request with what a function makes of it. */
  RecordingHost answers(Function<Received, String> answer) {
    status = 200;
    body = request -> answer.apply(request).getBytes(StandardCharsets.UTF_8);
    missing = 0;
    return this;
  }

  /** Breaks off the answers before their end. */
  RecordingHost breakingOff() {
    missing = 1;
    return this;
  }

  RecordingHost withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    headers = more;
    return this;
  }

  String url() {
    return scheme + "://localhost:" + server.getAddress().getPort();
  }

  /** The only request so far. */
  Received request() {
    if (received.size() != 1) {
      throw new AssertionError("expected one request, not " + received);
    }
    return received.element();
  }

  /** All requests so far, in order. */
  java.util.List<Received> received() {
    return java.util.List.copyOf(received);
  }

  int requests() {
    return received.size();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Received request =
        new Received(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            sent);
    received.add(request);
    headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    byte[] answer = body.apply(request);
    exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length + missing);
    if (answer.length > 0) {
      exchange.getResponseBody().write(answer);
      exchange.getResponseBody().flush();
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
