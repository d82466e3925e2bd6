// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpResponse;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Http1ServerTest extends ServerTestBed {
  @Test
  void requestsOfOneConnectionAreAnsweredOneAfterTheOther() throws Exception {
    RawClient client = connect(serve(ServerTestBed::echo));
    assertThat(client.send("GET /a?b=%20c HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: text/plain\r\n", "date: ")
        .doesNotContain("connection:")
        .endsWith("GET /a b=%20c ");
    assertThat(
            client
                .send("PATCH /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                .readAnswer())
        .endsWith("PATCH /b null hello");
  }

  @Test
  void chunkedBodyIsPutTogether() throws Exception {
    RawClient client = connect(serve(ServerTestBed::echo));
    String head = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n";
    String request =
        head.concat("3;ext=1\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Trailer: y\r\n\r\n");
    assertThat(client.send(request).readAnswer()).endsWith("POST /c null abc0123456789");
    assertThat(client.send(request).readAnswer()).endsWith("POST /c null abc0123456789");
  }

  @Test
  void requestsMayArriveByteByByte() throws Exception {
    RawClient client = connect(serve(ServerTestBed::echo));
    String put = "\r\nPUT /d HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    String head = "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    String requests = put.concat(head).concat("2\r\nde\r\n0\r\n\r\n");
    for (byte b : requests.getBytes(StandardCharsets.US_ASCII)) {
      client.send(new byte[] {b});
    }
    assertThat(client.readAnswer()).endsWith("PUT /d null abc");
    assertThat(client.readAnswer()).endsWith("POST /e null de");
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
    BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
    RawClient client = connect(serve(exchanges::add));
    client.send(get("/1") + get("/2") + get("/3"));
    List<HttpExchange> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(exchanges.poll(10, TimeUnit.SECONDS));
    }
    Collections.reverse(taken);
    taken.forEach(ServerTestBed::echo);
    for (int i = 1; i <= 3; i++) {
      assertThat(client.readAnswer()).endsWith("GET /" + i + " null ");
    }
  }

  @Test
  void handlerThatThrowsIsAnsweredWith500AndNothingOfItsSecrets() throws Exception {
    RawClient client =
        connect(
            serve(
                exchange -> {
                  throw new IllegalStateException("secret");
                }));
    assertThat(client.send(get("/")).readAnswer())
        .startsWith("HTTP/1.1 500 ")
        .contains("\"statusCode\":500", "com:vmware:xenon:common:ServiceErrorResponse")
        .doesNotContain("secret");
    assertThat(client.send(get("/")).readAnswer()).startsWith("HTTP/1.1 500 ");
  }

  @Test
  void onlyTheFirstAnswerCounts() throws Exception {
    RawClient client =
        connect(
            serve(
                exchange -> {
                  exchange.respond(HttpResponse.empty(204));
                  exchange.respond(HttpResponse.empty(500));
                }));
    assertThat(client.send(get("/")).readAnswer()).startsWith("HTTP/1.1 204 ");
    assertThat(client.send(get("/")).readAnswer()).startsWith("HTTP/1.1 204 ");
  }

  @Test
  void answersComeFromAnyThread() throws Exception {
    RawClient client = connect(serve(e -> Thread.ofVirtual().start(() -> echo(e))));
    for (int i = 0; i < 20; i++) {
      client.send(get("/" + i));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(client.readAnswer()).endsWith("GET /" + i + " null ");
    }
  }

  @Test
  void closeIsKeptByBothProtocolVersions() throws Exception {
    HttpServer server = serve(ServerTestBed::echo);
    assertThat(connect(server).send("GET / HTTP/1.0\r\n\r\n").readAll())
        .contains("connection: close\r\n")
        .endsWith("GET / null ");
    assertThat(
            connect(server)
                .send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .readAll())
        .contains("connection: close\r\n");
    RawClient kept = connect(server);
    for (int i = 0; i < 2; i++) {
      assertThat(kept.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").readAnswer())
          .contains("connection: keep-alive\r\n");
    }
  }

  @Test
  void headHasTheLengthButNotTheBody() throws Exception {
    RawClient client = connect(serve(ServerTestBed::echo));
    client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n").send(get("/g"));
    assertThat(client.readUntil("\r\n\r\n")).contains("content-length: 13\r\n");
    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("GET /g null ");
  }

  @Test
  void absoluteTargetsAreTakenApart() throws Exception {
    HttpServer server =
        serve(
            e -> {
              String text =
                  e.request().authority() + " " + e.request().path() + " " + e.request().query();
              e.respond(HttpResponse.json(200, text.getBytes(StandardCharsets.UTF_8)));
            });
    RawClient client = connect(server);
    assertThat(client.send("GET http://y:8000/p?q HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
        .endsWith("\r\n\r\ny:8000 /p q");
    assertThat(client.send("GET HTTP://[::1] HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
        .endsWith("\r\n\r\n[::1] / null");
    assertThat(client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
        .endsWith("\r\n\r\nx * null");
  }

  @Test
  void continueIsSentBeforeTheBodyIsRead() throws Exception {
    RawClient client = connect(serve(ServerTestBed::echo));
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    assertThat(client.send("ok").readAnswer()).endsWith("PUT / null ok");
  }

  @Test
  void clientThatEndsItsOutputStillGetsItsAnswer() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    HttpServer server =
        serve(
            e ->
                e.onClose(
                    () -> {
                      told.countDown();
                      echo(e);
                    }));
    RawClient client = connect(server);
    client.send(get("/")).endOutput();
    assertThat(client.readAll()).endsWith("GET / null ");
    assertThat(told.getCount()).isZero();
  }

  @Test
  void clientThatEndsItsOutputIsAskedWhetherItStillReadsAndThenGetsItsAnswer() throws Exception {
    BlockingQueue<HttpExchange> arrived = new LinkedBlockingQueue<>();
    RawClient client = connect(serve(arrived::add)).send(get("/")).endOutput();
    HttpExchange exchange = arrived.take();

    assertThat(client.readAnswer()).startsWith("HTTP/1.1 100 ");

    assertThat(exchange.isAbandoned()).isFalse();
    echo(exchange);
    assertThat(client.readAll()).endsWith("GET / null ");
  }

  @Test
  void requestOfAClosedConnectionIsAbandoned() throws Exception {
    BlockingQueue<HttpExchange> arrived = new LinkedBlockingQueue<>();
    RawClient client = connect(serve(arrived::add)).send(get("/1") + get("/2"));
    HttpExchange first = arrived.take();
    HttpExchange second = arrived.take();

    client.close(); // which looks like the end of its output at first

    await().until(() -> first.isAbandoned() && second.isAbandoned());
  }

  @Test
  void clientThatGoesAwayIsReported() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    HttpServer server =
        serve(
            e -> {
              e.onClose(gone::countDown);
              arrived.countDown();
            });
    try (RawClient client = new RawClient(server)) {
      client.send(get("/"));
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void largeAnswersArriveWhole() throws Exception {
    byte[] large = new byte[3 << 20];
    HttpServer server = serve(e -> e.respond(HttpResponse.of(200, HttpHeaders.empty(), large)));
    RawClient client = connect(server).send(get("/1") + get("/2"));
    assertThat(client.readAnswer().length()).isGreaterThan(large.length);
    assertThat(client.readAnswer().length()).isGreaterThan(large.length);
  }

  @Test
  void portInUseIsSaidClearly() throws Exception {
    HttpServer first = serve(ServerTestBed::echo);
    int port = first.addresses().getFirst().getPort();
    try (HttpServer second =
        HttpServer.builder().listen("127.0.0.1", port).handler(ServerTestBed::echo).build()) {
      assertThatThrownBy(second::start)
          .isInstanceOf(BindException.class)
          .hasMessageContaining(String.valueOf(port));
    }
  }
}
