// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpResponse;
import io.cairn.net.ListHeaders;
import io.cairn.net.StandingFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class StandingFieldsTest extends ServerTestBed {

  private static final StandingFields FIELDS =
      new StandingFields(
          HttpHeaders.of("vary", "origin"),
          HttpHeaders.of("strict-transport-security", "max-age=60"),
          HttpHeaders.of("x-content-type-options", "nosniff", "cache-control", "no-store"));

  private static void answer(HttpExchange exchange) {
    switch (exchange.request().path()) {
      case "/own" ->
          exchange.respond(
              HttpResponse.empty(200).with("Cache-Control", "max-age=9").with("vary", "accept"));
      case "/events" -> exchange.startEventStream(HttpHeaders.empty()).close();
      case "/fails" -> throw new IllegalStateException("a handler that fails");
      default -> exchange.respond(HttpResponse.json(200, new byte[] {'1'}));
    }
  }

  private HttpServer server() throws IOException {
    return serve(
        HttpServer.builder()
            .listen("127.0.0.1", 0)
            .standing(FIELDS)
            .handler(StandingFieldsTest::answer));
  }

  @Test
  void everyAnswerHasThem() throws IOException {
    HttpServer server = server();
    for (String request : new String[] {get("/"), get("/fails"), "nonsense\r\n\r\n"}) {
      assertThat(connect(server).send(request).readAnswer())
          .as(request)
          .contains("vary: origin\r\n")
          .contains("x-content-type-options: nosniff\r\n")
          .containsOnlyOnce("cache-control: no-store\r\n")
          .doesNotContain("strict-transport-security");
    }
    assertThat(connect(server).send(get("/events")).readUntil("\r\n\r\n"))
        .contains("x-content-type-options: nosniff\r\n")
        .contains("cache-control: no-cache\r\n")
        .doesNotContain("no-store");
  }

  @Test
  void whatAnAnswerSaysItselfGoesBefore() throws IOException {
    RawClient client = connect(server());
    for (int time = 0; time < 3; time++) {
      assertThat(client.send(get("/own")).readAnswer())
          .contains("cache-control: max-age=9\r\n")
          .doesNotContain("no-store")
          .contains("vary: accept\r\n")
          .contains("vary: origin\r\n")
          .contains("x-content-type-options: nosniff\r\n");
    }
  }

  @Test
  void http2HasThemToo() throws Exception {
    HttpServer server = server();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      for (String path : new String[] {"/first", "/own"}) {
        var answer =
            client.send(
                java.net.http.HttpRequest.newBuilder(uri(server, path)).build(),
                BodyHandlers.ofString());
        assertThat(answer.headers().allValues("vary")).contains("origin");
        assertThat(answer.headers().allValues("x-content-type-options")).containsExactly("nosniff");
        assertThat(answer.headers().allValues("cache-control"))
            .containsExactly(path.equals("/own") ? "max-age=9" : "no-store");
      }
    }
  }

  @Test
  void overTlsThereIsMore() {
    assertThat(ServerContext.Standing.of(FIELDS, true).each().get("strict-transport-security"))
        .isEqualTo("max-age=60");
    assertThat(ServerContext.Standing.of(FIELDS, true).each().get("vary")).isEqualTo("origin");
    assertThat(ServerContext.Standing.of(FIELDS, false).each().get("strict-transport-security"))
        .isNull();
  }

  /** An answer that is sent again and again, as that of a document that is read often. */
  @Test
  void addingThemAllocatesNothing() {
    ListHeaders own = ListHeaders.of(HttpHeaders.of("content-type", "a/b", "etag", "\"1\""));
    ListHeaders others = ListHeaders.of(FIELDS.unlessGiven());
    ByteBuf out = Unpooled.buffer(1 << 10);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int time = 0; time < 20; time++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1_000; i++) {
        out.clear().writeBytes(own.encoded()).writeBytes(own.missing(others).encoded());
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(1_000);
  }
}
