// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpResponse;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainTest extends ServerTestBed {
  private final BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();

  private static CompletableFuture<Boolean> drain(HttpServer server, Duration limit) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return server.drain(limit);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void requestsUnderWayAreAnsweredAndQuietConnectionsClosed() throws Exception {
    HttpServer server = serve(exchanges::add);
    RawClient quiet = connect(server);
    RawClient busy = connect(server).send(get("/"));
    HttpExchange exchange = exchanges.poll(10, TimeUnit.SECONDS);
    CompletableFuture<Boolean> drained = drain(server, Duration.ofSeconds(20));
    assertThat(quiet.readAll()).isEmpty();
    assertThatThrownBy(() -> connect(server)).isInstanceOf(java.net.ConnectException.class);
    assertThat(drained).isNotDone();
    exchange.respond(HttpResponse.json(200, new byte[] {'a'}));
    assertThat(busy.readAll()).contains("connection: close\r\n").endsWith("\r\n\r\na");
    assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void http2StreamsUnderWayAreAnswered() throws Exception {
    HttpServer server = serve(exchanges::add);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(uri(server, "/")).build(), BodyHandlers.ofString());
      HttpExchange exchange = exchanges.poll(10, TimeUnit.SECONDS);
      CompletableFuture<Boolean> drained = drain(server, Duration.ofSeconds(20));
      exchange.respond(HttpResponse.json(200, new byte[] {'a'}));
      assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("a");
      assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void drainGivesUpAtItsLimit() throws Exception {
    HttpServer server = serve(exchanges::add);
    connect(server).send(get("/"));
    exchanges.poll(10, TimeUnit.SECONDS);
    assertThat(server.drain(Duration.ofMillis(50))).isFalse();
  }

  @Test
  void closeEndsEverythingAtOnceAndLateAnswersAreHarmless() throws Exception {
    HttpServer server = serve(exchanges::add);
    RawClient client = connect(server).send(get("/"));
    HttpExchange exchange = exchanges.poll(10, TimeUnit.SECONDS);
    server.close();
    assertThat(client.readAll()).isEmpty();
    exchange.respond(HttpResponse.empty(200));
    assertThat(exchange.startEventStream(HttpHeaders.empty()).isOpen()).isFalse();
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
  }
}
