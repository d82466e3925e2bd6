// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpLimitsBuilder;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** Servers and clients of one test, closed behind it. */
public abstract class ServerTestBed {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  final void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  protected final <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  protected final HttpServer serve(HttpHandler handler) throws IOException {
    return serve(handler, limits -> limits);
  }

  protected final HttpServer serve(HttpHandler handler, UnaryOperator<HttpLimitsBuilder> limits)
      throws IOException {
    return serve(
        HttpServer.builder()
            .listen("127.0.0.1", 0)
            .limits(limits.apply(HttpLimits.defaults().with()).build())
            .handler(handler));
  }

  protected final HttpServer serve(HttpServer.Builder builder) throws IOException {
    HttpServer server = closing(builder.eventLoops(1).build());
    server.start();
    return server;
  }

  protected final RawClient connect(HttpServer server) throws IOException {
    return closing(new RawClient(server));
  }

  protected static URI uri(HttpServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.addresses().getFirst().getPort() + path);
  }

  protected static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  /** Answers with what arrived: verb, path, query, body. */
  protected static void echo(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    String text =
        request.method()
            + " "
            + request.path()
            + " "
            + request.query()
            + " "
            + new String(request.body(), StandardCharsets.UTF_8);
    exchange.respond(
        HttpResponse.of(
            200,
            HttpHeaders.of("content-type", "text/plain"),
            text.getBytes(StandardCharsets.UTF_8)));
  }
}
