// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpResponse;
import io.cairn.net.server.HttpServer;
import io.cairn.net.server.ServerTestBed;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebClientTest extends ServerTestBed {
  private final WebClient client = closing(WebClient.builder().maxResponseBytes(10_000).build());

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void everyVerbMayHaveABody(String verb) throws Exception {
    AtomicReference<HttpProtocol> protocol = new AtomicReference<>();
    HttpServer server =
        serve(
            exchange -> {
              protocol.set(exchange.protocol());
              echo(exchange);
            });
    WebRequest request =
        WebRequest.of(verb, uri(server, "/a?b=c"))
            .with("host", "ignored")
            .with("content-type", "application/json")
            .withBody("{}".getBytes(StandardCharsets.UTF_8));
    HttpResponse response = client.send(request).get(10, TimeUnit.SECONDS);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().get("Content-Type")).isEqualTo("text/plain");
    assertThat(protocol).hasValue(HttpProtocol.HTTP_1_1);
    assertThat(response.body()).asString().isEqualTo(verb + " /a b=c {}");
  }

  @Test
  void refusedConnectionIsSaidToBeOne() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    URI uri = URI.create("http://127.0.0.1:" + port + "/");
    assertThatThrownBy(() -> client.send(WebRequest.get(uri)).get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(WebClientException.ConnectFailed.class);
  }

  @Test
  void missingAnswerIsATimeoutAndTheServerLearnsOfIt() throws Exception {
    AtomicReference<HttpExchange> asked = new AtomicReference<>();
    URI uri = uri(serve(asked::set), "/");
    WebRequest request = WebRequest.get(uri).withTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> client.send(request).get())
        .hasCauseInstanceOf(WebClientException.TimedOut.class);
    Awaitility.await().until(() -> asked.get().isAbandoned());
  }

  @Test
  void endlessAnswerIsATimeoutToo() throws Exception {
    URI uri = uri(serve(e -> e.startEventStream(HttpHeaders.empty())), "/");
    WebRequest request = WebRequest.get(uri).withTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> client.send(request).get())
        .hasCauseInstanceOf(WebClientException.TimedOut.class);
  }

  @Test
  void tooLargeAnswerIsGivenUp() throws Exception {
    URI uri = uri(serve(e -> e.respond(HttpResponse.json(200, new byte[10_001]))), "/");
    assertThatThrownBy(() -> client.send(WebRequest.get(uri)).get())
        .hasCauseInstanceOf(WebClientException.ResponseTooLarge.class);
  }

  @Test
  void cancellingAbandonsTheRequest() throws Exception {
    AtomicReference<HttpExchange> asked = new AtomicReference<>();
    HttpServer server = serve(asked::set);
    var answer = client.send(WebRequest.get(uri(server, "/")));
    Awaitility.await().until(() -> asked.get() != null);
    answer.cancel(true);
    Awaitility.await().until(() -> asked.get().isAbandoned());
  }
}
