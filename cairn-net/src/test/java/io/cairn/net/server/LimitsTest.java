// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpResponse;
import io.cairn.net.LoggedWarnings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LimitsTest extends ServerTestBed {
  private static final HttpHandler OK = exchange -> exchange.respond(HttpResponse.empty(200));

  @Test
  void defaultsAreTheDocumentedOnes() {
    HttpLimits limits = HttpLimits.defaults();
    assertThat(limits.maxInitialLineBytes()).isEqualTo(4096);
    assertThat(limits.maxHeaderBytes()).isEqualTo(65_536);
    assertThat(limits.maxHeaderCount()).isEqualTo(256);
    assertThat(limits.maxBodyBytes()).isEqualTo(64 << 20);
    assertThat(limits.requestBodyBudget()).isZero();
    assertThat(limits.unreadAnswerBudget()).isZero();
    assertThat(limits.headerTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(limits.bodyIdleTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(limits.bodyTimeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(limits.keepAliveTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(limits.maxConnections()).isEqualTo(20_000);
    assertThat(limits.maxPipelinedRequests()).isEqualTo(64);
    assertThat(limits.maxConcurrentStreams()).isEqualTo(256);
    assertThat(limits.maxEventStreams()).isEqualTo(10_000);
    assertThat(limits.eventStreamBufferBytes()).isEqualTo(1 << 20);
  }

  @Test
  void limitThatIsNotPositiveIsNamed() {
    assertThatThrownBy(() -> HttpLimits.defaults().withMaxBodyBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxBodyBytes");
  }

  @Test
  void overlongRequestLineIsRefused() throws Exception {
    HttpServer server = serve(OK);
    assertThat(connect(server).send(get("/" + "a".repeat(4_060))).readAnswer())
        .startsWith("HTTP/1.1 200 ");
    assertThat(connect(server).send(get("/" + "a".repeat(4_096))).readAll())
        .startsWith("HTTP/1.1 414 ");
    assertThat(connect(server).send("GET /" + "a".repeat(5_000)).readAll())
        .startsWith("HTTP/1.1 414 ");
  }

  @Test
  void tooLargeHeaderFieldsAreRefused() throws Exception {
    HttpServer server = serve(OK);
    String start = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
    assertThat(connect(server).send(start + "a".repeat(65_000) + "\r\n\r\n").readAnswer())
        .startsWith("HTTP/1.1 200 ");
    assertThat(connect(server).send(start + "a".repeat(66_000) + "\r\n\r\n").readAll())
        .startsWith("HTTP/1.1 431 ");
    assertThat(connect(server).send(start + "a".repeat(80_000)).readAll())
        .startsWith("HTTP/1.1 431 ");
    assertThat(
            connect(server)
                .send("GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(300) + "\r\n")
                .readAll())
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void tooLargeBodyIsRefusedBeforeItIsRead() throws Exception {
    HttpServer server = serve(OK, limits -> limits.maxBodyBytes(1_000));
    String head = "POST / HTTP/1.1\r\nHost: x\r\n";
    assertThat(connect(server).send(head + "Content-Length: 1001\r\n\r\n").readAll())
        .startsWith("HTTP/1.1 413 ");
    assertThat(
            connect(server)
                .send(head + "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
                .readAll())
        .startsWith("HTTP/1.1 413 ");
    String chunk = "200\r\n" + "a".repeat(512) + "\r\n";
    assertThat(
            connect(server)
                .send(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk)
                .readAll())
        .startsWith("HTTP/1.1 413 ");
    assertThat(
            connect(server)
                .send(head + "Content-Length: 1000\r\n\r\n" + "a".repeat(1_000))
                .readAnswer())
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void slowHeadIsTimedOut() throws Exception {
    HttpServer server = serve(OK, limits -> limits.headerTimeout(Duration.ofMillis(100)));
    assertThat(connect(server).send("GET / HTTP/1.1\r\nHo").readAll())
        .startsWith("HTTP/1.1 408 ")
        .contains("connection: close");
    RawClient second = connect(server);
    assertThat(second.send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(second.send("G").readAll()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void slowBodyIsTimedOut() throws Exception {
    HttpServer server = serve(OK, limits -> limits.bodyIdleTimeout(Duration.ofMillis(100)));
    assertThat(
            connect(server)
                .send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
                .readAll())
        .startsWith("HTTP/1.1 408 ");
  }

  @Test
  void bodyThatTricklesForEverIsTimedOut() throws Exception {
    HttpServer server = serve(OK, limits -> limits.bodyTimeout(Duration.ofMillis(200)));
    RawClient client = connect(server);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
    try (ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor()) {
      var _ = trickle.scheduleAtFixedRate(() -> sendOne(client), 0, 10, TimeUnit.MILLISECONDS);
      assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
      trickle.shutdownNow();
    }
  }

  private static void sendOne(RawClient client) {
    try {
      client.send("a");
    } catch (Exception closed) {
      // The server has had enough.
    }
  }

  @Test
  void quietConnectionIsClosedWithoutAWord() throws Exception {
    HttpServer server = serve(OK, limits -> limits.keepAliveTimeout(Duration.ofMillis(100)));
    assertThat(connect(server).readAll()).isEmpty();
    RawClient used = connect(server);
    assertThat(used.send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(used.readAll()).isEmpty();
    await().until(() -> server.connectionCount() == 0);
  }

  @Test
  void clientThatDoesNotReadIsClosed() throws Exception {
    byte[] large = new byte[8 << 20];
    HttpServer server =
        serve(
            exchange -> exchange.respond(HttpResponse.of(200, HttpHeaders.empty(), large)),
            limits ->
                limits
                    .bodyIdleTimeout(Duration.ofMillis(100))
                    .keepAliveTimeout(Duration.ofMillis(100)));
    RawClient client = closing(new RawClient(server.addresses().getFirst(), 4_096));
    client.send(get("/"));
    await().until(() -> server.connectionCount() == 0);
  }

  @Test
  void connectionsOverTheLimitAreRefused() throws Exception {
    HttpServer server = serve(OK, limits -> limits.maxConnections(2));
    RawClient first = connect(server);
    assertThat(first.send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(connect(server).send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
    try (LoggedWarnings log = new LoggedWarnings(ConnectionRegistry.class)) {
      assertThat(connect(server).readAll())
          .startsWith("HTTP/1.1 503 ")
          .contains("retry-after: ", "maxConnections");
      assertThat(connect(server).readAll()).startsWith("HTTP/1.1 503 ");
      assertThat(log.events()).hasSize(1);
      assertThat(log.events().getFirst().getFormattedMessage())
          .contains("maxConnections", "ulimit -n");
    }
    first.close();
    await().until(() -> server.connectionCount() < 2);
    assertThat(connect(server).send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void connectionsAtRestMakeRoomAndThoseAtWorkStay() throws Exception {
    BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
    HttpServer server = serve(exchanges::add, limits -> limits.maxConnections(64));
    RawClient silent = connect(server);
    RawClient halting = connect(server).send("GET / HTT");
    RawClient used = connect(server).send(get("/"));
    exchanges.take().respond(HttpResponse.empty(200));
    closing(new Http2TestClient(server));
    List<RawClient> busy = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      busy.add(connect(server).send(get("/")));
    }
    await().until(() -> server.connectionCount() == 60);
    assertThat(silent.readAll()).isEmpty();
    assertThat(halting.readAll()).startsWith("HTTP/1.1 408 ");
    assertThat(used.readAll()).startsWith("HTTP/1.1 200 ");
    for (RawClient each : busy) {
      exchanges.take().respond(HttpResponse.empty(200));
      assertThat(each.readAnswer()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void noMoreRequestsAreReadThanMayWait() throws Exception {
    BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
    HttpServer server = serve(exchanges::add, limits -> limits.maxPipelinedRequests(3));
    RawClient client = connect(server);
    for (int i = 0; i < 10; i++) {
      client.send(get("/" + i));
    }
    List<HttpExchange> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(exchanges.poll(10, TimeUnit.SECONDS));
    }
    assertThat(exchanges.poll(100, TimeUnit.MILLISECONDS)).isNull();
    for (int i = 0; i < 10; i++) {
      taken.removeFirst().respond(HttpResponse.empty(200));
      assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
      HttpExchange next = i < 7 ? exchanges.poll(10, TimeUnit.SECONDS) : null;
      if (next != null) {
        taken.add(next);
      }
    }
    assertThat(taken).isEmpty();
  }

  @Test
  void requestsOfAClientThatDoesNotReadAreNotHandled() throws Exception {
    byte[] large = new byte[1 << 20];
    AtomicInteger handled = new AtomicInteger();
    HttpServer server =
        serve(
            exchange -> {
              handled.incrementAndGet();
              exchange.respond(HttpResponse.of(200, HttpHeaders.empty(), large));
            });
    RawClient client = closing(new RawClient(server.addresses().getFirst(), 4_096));
    for (int i = 0; i < 60; i++) {
      client.send(get("/"));
    }
    await().until(() -> handled.get() > 0);
    await().pollDelay(Duration.ofMillis(200)).until(() -> handled.get() < 30);
    for (int i = 0; i < 60; i++) {
      assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(handled).hasValue(60);
  }
}
