// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebClientTest extends ServerTestBed {
  private final WebClient client = closing(WebClient.builder().maxResponseBytes(10_000).build());

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void everyVerbMayHaveABody(String verb) throws Exception {
    WebRequest request =
        WebRequest.of(verb, uri(serve(ServerTestBed::echo), "/a?b=c"))
            .with("host", "ignored")
            .withJson("{}".getBytes(StandardCharsets.UTF_8));
    WebResponse response = client.send(request).get(10, TimeUnit.SECONDS);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().get("Content-Type")).isEqualTo("text/plain");
    assertThat(response.protocol()).isEqualTo(HttpProtocol.HTTP_1_1);
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
    CountDownLatch left = new CountDownLatch(1);
    URI uri = uri(serve(e -> e.onClose(left::countDown)), "/");
    WebRequest request = WebRequest.get(uri).withTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> client.send(request).get())
        .hasCauseInstanceOf(WebClientException.TimedOut.class);
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
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
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    HttpServer server =
        serve(
            e -> {
              e.onClose(left::countDown);
              arrived.countDown();
            });
    var answer = client.send(WebRequest.get(uri(server, "/")));
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    answer.cancel(true);
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
