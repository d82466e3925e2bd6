// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpHandler;
import io.cairn.net.HttpResponse;
import io.cairn.net.server.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartingHandlerTest {

  private static final HttpHandler GATEWAY = exchange -> exchange.respond(HttpResponse.empty(204));

  private static java.net.http.HttpResponse<String> ask(HttpHandler handler, String path)
      throws Exception {
    try (HttpServer server = HttpServer.builder().handler(handler).listen("127.0.0.1", 0).build();
        HttpClient client = HttpClient.newHttpClient()) {
      server.start();
      int port = server.addresses().getFirst().getPort();
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/core/health/live,200,opened",
    "/core/health/ready,503,opened",
    "/core/cluster,503,opened",
    "/core/attributes/s/a,503,opened",
    "/core/examples,503,opened"
  })
  void hostThatOpensItsDataIsLiveAndNothingElse(String path, int status, String why)
      throws Exception {
    var answer = ask(StartingHandler.opening(), path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(why);
    assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
  }

  @ParameterizedTest
  @CsvSource({
    "/core/health/live,204",
    "/core/health/ready,204",
    "/core/cluster,204",
    "/core/cluster/events,204",
    "/core/attributes/s/a,204",
    "/core/attributes?x,204",
    "/core/attributesandmore,503",
    "/core/management,503",
    "/,503"
  })
  void hostThatLooksForItsGroupAnswersForTheCluster(String path, int status) throws Exception {
    var answer = ask(StartingHandler.joining(GATEWAY), path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body().contains("\"message\"")).isEqualTo(status == 503);
  }
}
