// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** Servers and clients of one test, closed behind it. */
abstract class ServerTestBed {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  final void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  final <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  final HttpServer serve(HttpHandler handler) throws IOException {
    return serve(handler, limits -> limits);
  }

  final HttpServer serve(HttpHandler handler, UnaryOperator<HttpLimitsBuilder> limits)
      throws IOException {
    return serve(
        HttpServer.builder()
            .listen("127.0.0.1", 0)
            .limits(limits.apply(HttpLimits.defaults().with()).build())
            .handler(handler));
  }

  final HttpServer serve(HttpServer.Builder builder) throws IOException {
    HttpServer server = closing(builder.eventLoops(1).build());
    server.start();
    return server;
  }

  final RawClient connect(HttpServer server) throws IOException {
    return closing(new RawClient(server));
  }

  static URI uri(HttpServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.addresses().getFirst().getPort() + path);
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
}
