// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.BodyStream;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.ServerEvent;
import io.cairn.net.server.stream.BodyPipe;
import io.cairn.net.server.stream.ServerBodyStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is read or written in pieces counts, until its end and not longer. */
class StreamBudgetsTest extends ServerTestBed {
  private static final int WINDOW = BodyPipe.WINDOW;
  private static final int GATHERED = 100_000;
  private static final Map<String, String> UP =
      Map.of(":method", "POST", ":path", "/up", ":authority", "x");
  private static final Map<String, String> DOWN =
      Map.of(":method", "GET", ":path", "/down", ":authority", "x");

  private final BlockingQueue<HttpExchange> handled = new LinkedBlockingQueue<>();

  private HttpServer serve() throws IOException {
    HttpHandler handler =
        new HttpHandler() {
          @Override
          public void handle(HttpExchange exchange) {
            handled.add(exchange);
          }

          @Override
          public boolean readsAsStream(HttpRequest head) {
            return head.path().equals("/up");
          }
        };
    return serve(
        handler,
        limits ->
            limits
                .maxBodyBytes(GATHERED)
                .requestBodyBudget(4 * WINDOW)
                .unreadAnswerBudget(2 * ServerBodyStream.WINDOW)
                .maxEventStreams(2)
                .eventStreamBufferBytes(8 << 20));
  }

  private static String up(String fields, int length) {
    return "POST /up HTTP/1.1\r\nHost: x\r\n" + fields + "Content-Length: " + length + "\r\n\r\n";
  }

  private HttpExchange next() throws InterruptedException {
    HttpExchange exchange = handled.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    return exchange;
  }

  @Test
  void aStreamBehindTheLastRequestOfAConnectionHoldsNothing() throws Exception {
    HttpServer server = serve();
    RawClient client = connect(server);
    client.send(up("Connection: close\r\n", 3) + "abc" + up("", 3) + "abc");
    HttpExchange last = next();
    connect(server).send(get("/")); // the same event loop, when it is done with the first two
    next().respond(HttpResponse.empty(200));
    assertThat(server.heldBodyBytes()).isEqualTo(WINDOW);
    last.respond(HttpResponse.empty(200));
    assertThat(client.readAll().split("HTTP/1.1 ", -1)).hasSize(2);
    await().until(() -> server.heldBodyBytes() == 0);
    assertThat(handled).isEmpty();
  }

  @Test
  void streamsLeaveHalfOfTheBudgetToOthers() throws Exception {
    HttpServer server = serve();
    Http2TestClient streams = closing(new Http2TestClient(server));
    RawClient first = connect(server).send(up("", 1_000_000) + "a");
    HttpExchange one = next();
    var second = streams.begin(UP, "a", false);
    HttpExchange two = next();

    assertThat(connect(server).send(up("", 1_000_000) + "a").readAll())
        .startsWith("HTTP/1.1 503 ")
        .contains("retry-after: ", "the half that they have", "requestBodyBudget");
    assertThat(streams.unfinished(UP).status()).isEqualTo("503");
    RawClient gathered = connect(server);
    gathered.send(up("", GATHERED).replace("/up", "/") + "a".repeat(GATHERED));
    next().respond(HttpResponse.empty(200));
    assertThat(gathered.readAnswer()).startsWith("HTTP/1.1 200 ");

    one.respond(HttpResponse.empty(200));
    two.respond(HttpResponse.empty(200));
    assertThat(first.readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo("200");
    await().until(() -> server.heldBodyBytes() == 0);
    connect(server).send(up("", 3) + "abc");
    next().respond(HttpResponse.empty(200));
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void aBodyCountsWhileItIsReadBehindTheBeginningOfItsAnswer() throws Exception {
    HttpServer server = serve();
    Http2TestClient streams = closing(new Http2TestClient(server));
    RawClient client = connect(server).send(up("", 1_000_000) + "a");
    BodyStream answer = next().startBody(200, HttpHeaders.empty());
    var stream = streams.begin(UP, "a", false);
    BodyStream streamed = next().startBody(200, HttpHeaders.empty());
    answer.write('b');
    answer.flush();
    streamed.write('b');
    streamed.flush();

    assertThat(client.readUntil("b")).contains("200");
    assertThat(server.heldBodyBytes()).isEqualTo(2 * WINDOW);
    assertThat(server.unreadAnswerBytes()).isEqualTo(2 * ServerBodyStream.WINDOW);

    answer.close();
    streamed.close();
    assertThat(client.readAll()).endsWith("0\r\n\r\n");
    assertThat(stream.get(10, TimeUnit.SECONDS).body()).isEqualTo("b");
    await().until(() -> server.heldBodyBytes() == 0 && server.unreadAnswerBytes() == 0);
  }

  @Test
  void answersInPiecesCountUntilTheirClientsHaveReadThemToTheEnd() throws Exception {
    HttpServer server = serve();
    RawClient silent = closing(new RawClient(server.addresses().getFirst(), 4_096));
    silent.send(Http2Frames.PREFACE).send(Http2Frames.get(1, "/down"));
    silent.send(Http2Frames.get(3, "/down"));
    for (int i = 0; i < 2; i++) {
      try (BodyStream body = next().startBody(200, HttpHeaders.empty())) {
        body.write(new byte[200_000]); // more than HTTP/2 lets leave by itself, less than a window
      }
    }

    Http2TestClient streams = closing(new Http2TestClient(server));
    var refused = streams.begin(DOWN, "", true);
    BodyStream none = next().startBody(200, HttpHeaders.empty());
    assertThat(refused.get(10, TimeUnit.SECONDS).status()).isEqualTo("503");
    assertThatThrownBy(none::flush).isInstanceOf(IOException.class);
    assertThat(server.unreadAnswerBytes()).isEqualTo(2 * ServerBodyStream.WINDOW);

    silent.reset();
    await().until(() -> server.unreadAnswerBytes() == 0);
    RawClient reads = connect(server).send(get("/down"));
    try (BodyStream body = next().startBody(200, HttpHeaders.empty())) {
      body.write('b');
    }
    assertThat(reads.readUntil("0\r\n\r\n")).contains("200");
    await().until(() -> server.unreadAnswerBytes() == 0);
  }

  @Test
  void aHeadOfAnAnswerInPiecesHoldsNothing() throws Exception {
    HttpServer server = serve();
    RawClient client = connect(server).send(get("/down").replace("GET", "HEAD"));
    var _ = next().startBody(200, HttpHeaders.empty());
    assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    await().until(() -> server.unreadAnswerBytes() == 0);
  }

  private EventStream events() throws InterruptedException {
    return next().startEventStream(HttpHeaders.empty());
  }

  @Test
  void eventStreamsHavePlacesAndThoseThatEndLeaveThemToOthers() throws Exception {
    HttpServer server = serve();
    Http2TestClient streams = closing(new Http2TestClient(server));
    RawClient first = connect(server).send(get("/down"));
    EventStream one = events();
    var second = streams.begin(DOWN, "", true);
    EventStream two = events();

    RawClient refused = connect(server).send(get("/down"));
    assertThat(events().isOpen()).isFalse();
    assertThat(refused.readAnswer())
        .startsWith("HTTP/1.1 503 ")
        .contains("retry-after: ", "(maxEventStreams)", "close those that nobody reads");
    var refusedStream = streams.begin(DOWN, "", true);
    assertThat(events().send(ServerEvent.of("a"))).isEqualTo(EventStream.Delivery.CLOSED);
    assertThat(refusedStream.get(10, TimeUnit.SECONDS).status()).isEqualTo("503");
    assertThat(one.send(ServerEvent.of("a"))).isEqualTo(EventStream.Delivery.QUEUED);
    assertThat(first.readUntil("data: a")).startsWith("HTTP/1.1 200 ");
    assertThat(server.eventStreams()).isEqualTo(2);

    two.close();
    assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo("200");
    await().until(() -> server.eventStreams() == 1);
    RawClient head = connect(server).send(get("/down").replace("GET", "HEAD"));
    var _ = events();
    assertThat(head.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    await().until(() -> server.eventStreams() == 1);
    first.close();
    await().until(() -> server.eventStreams() == 0);
    connect(server).send(get("/down"));
    assertThat(events().isOpen()).isTrue();
  }

  /** Sends until an event is dropped, and returns how many were not. */
  private static int fill(EventStream stream) {
    ServerEvent event = ServerEvent.of("a".repeat(10_000));
    int sent = 0;
    while (stream.send(event) == EventStream.Delivery.QUEUED) {
      assertThat(++sent).isLessThan(10_000);
    }
    return sent;
  }

  @Test
  void eventsThatNobodyReadsShareTheMemoryOfUnreadAnswers() throws Exception {
    HttpServer server = serve();
    RawClient silent = closing(new RawClient(server.addresses().getFirst(), 4_096));
    silent.send(get("/down"));
    EventStream unread = events();
    await().until(() -> fill(unread) == 0); // alone it may have all that one stream may have
    assertThat(server.unreadAnswerBytes()).isGreaterThan(2 * ServerBodyStream.WINDOW);

    RawClient other = connect(server).send(get("/down"));
    EventStream read = events();
    read.send(ServerEvent.of("a"));
    assertThat(other.readUntil("data: a")).as("who keeps up loses nothing").contains("200");
    long before = server.unreadAnswerBytes();
    fill(read);
    assertThat(server.unreadAnswerBytes()).as("but may not lag").isLessThanOrEqualTo(before);
    RawClient large = connect(server).send(get("/"));
    next().respond(HttpResponse.of(200, HttpHeaders.empty(), new byte[GATHERED]));
    assertThat(large.readAnswer()).startsWith("HTTP/1.1 503 ");

    silent.reset();
    other.reset();
    await().until(() -> server.unreadAnswerBytes() == 0 && server.eventStreams() == 0);
  }

  @Test
  void smallPiecesFillAPipeBeforeTheirMemoryIsManyWindows() throws Exception {
    BodyPipe pipe = new BodyPipe(() -> {});
    int pieces = 0;
    while (!pipe.isFull()) {
      pipe.offer(new byte[1]);
      pieces++;
    }
    assertThat(pieces).isLessThanOrEqualTo(WINDOW / 64);
    pipe.finish();
    assertThat(pipe.readAllBytes()).hasSize(pieces);
    assertThat(pipe.isFull()).isFalse();
  }
}
