// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimitsBuilder;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebSocketServerTest extends ServerTestBed {
  private static final String PATH = "/socket";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The example of RFC 6455, section 1.3. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final int TEXT = 0x81;
  private static final int BEGIN = 0x01;
  private static final int MORE = 0x00;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;

  private final Sockets sockets = new Sockets();

  /** Answers each text with itself, and notes what becomes of connections. */
  private static final class Sockets implements HttpHandler {
    final List<WebSocket> opened = new CopyOnWriteArrayList<>();
    final List<WebSocket> closed = new CopyOnWriteArrayList<>();
    volatile boolean inUse = true;

    @Override
    public void handle(HttpExchange exchange) {
      echo(exchange);
    }

    @Override
    public WebSocket.@Nullable Offer webSocket(
        HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
      if (!request.path().equals(PATH)) {
        return null;
      }
      return request.headers().contains("origin")
          ? new WebSocket.Offer.Refused(HttpResponse.empty(403))
          : new WebSocket.Offer.Accepted(this::listener);
    }

    private WebSocket.Listener listener(WebSocket socket) {
      opened.add(socket);
      return new WebSocket.Listener() {
        @Override
        public void text(String message, Runnable done) {
          socket.send(message);
          done.run();
        }

        @Override
        public boolean isInUse() {
          return inUse;
        }

        @Override
        public void closed() {
          closed.add(socket);
        }
      };
    }
  }

  private static String handshake(String path, String... more) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        + String.join("", more)
        + "\r\n";
  }

  private static String good() {
    return handshake(PATH, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
  }

  private RawClient open() throws IOException {
    return open(limits -> limits);
  }

  private RawClient open(UnaryOperator<HttpLimitsBuilder> limits) throws IOException {
    RawClient client = connect(serve(sockets, limits)).send(good());
    assertThat(client.readUntil("\r\n\r\n"))
        .startsWith("HTTP/1.1 101 ")
        .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    return client;
  }

  /** A frame as a client sends it: its bytes are masked, here with zeros. */
  private static byte[] frame(int head, byte[] payload) {
    ByteBuffer bytes = ByteBuffer.allocate(payload.length + 14).put((byte) head);
    if (payload.length < 126) {
      bytes.put((byte) (0x80 | payload.length));
    } else if (payload.length < 1 << 16) {
      bytes.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      bytes.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    bytes.putInt(0).put(payload);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte[] frame(int head, String text) {
    return frame(head, text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a server has sent. */
  private record Frame(int head, ByteBuffer payload) {
    int code() {
      return payload.getShort(0);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Frame read(RawClient client) throws IOException {
    byte[] head = client.read(2);
    assertThat(head).as("the head of a frame").hasSize(2);
    int length = head[1];
    if (length == 126) {
      length = ByteBuffer.wrap(client.read(2)).getShort() & 0xffff;
    } else if (length == 127) {
      length = (int) ByteBuffer.wrap(client.read(8)).getLong();
    }
    return new Frame(head[0] & 0xff, ByteBuffer.wrap(client.read(length)));
  }

  /** The code with which the server ends a connection; what comes before does not count. */
  private static int codeOfEnd(RawClient client) throws IOException {
    Frame frame = read(client);
    while (frame.head() != CLOSE) {
      frame = read(client);
    }
    return frame.code();
  }

  @Test
  void onlyAHandshakeAsTheProtocolHasItOpensASocket() throws IOException {
    HttpServer server = serve(sockets);
    String version = "Sec-WebSocket-Version: 13\r\n";
    String key = "Sec-WebSocket-Key: " + KEY + "\r\n";
    assertThat(connect(server).send(handshake(PATH, key)).readAnswer())
        .startsWith("HTTP/1.1 426 ")
        .contains("sec-websocket-version: 13\r\n");
    assertThat(connect(server).send(handshake(PATH, version)).readAnswer())
        .startsWith("HTTP/1.1 400 ")
        .contains("Sec-WebSocket-Key");
    assertThat(
            connect(server)
                .send(handshake(PATH, version, "Sec-WebSocket-Key: c2hvcnQ=\r\n"))
                .readAnswer())
        .startsWith("HTTP/1.1 400 ");
    assertThat(connect(server).send(good().replace("GET", "POST")).readAnswer())
        .startsWith("HTTP/1.1 400 ");
    assertThat(connect(server).send(handshake(PATH, version, key, "Origin: evil\r\n")).readAnswer())
        .startsWith("HTTP/1.1 403 ");
    assertThat(connect(server).send(handshake("/else", version, key)).readAnswer())
        .startsWith("HTTP/1.1 200 ");
    assertThat(sockets.opened).isEmpty();
  }

  @Test
  void textsGoBothWaysHoweverTheyAreCutIntoFrames() throws IOException {
    RawClient client = open();
    String large = "ü€".repeat(100_000);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(frame(TEXT, "one"));
    all.writeBytes(frame(BEGIN, "t"));
    all.writeBytes(frame(PING, "between"));
    all.writeBytes(frame(MORE, "w"));
    all.writeBytes(frame(0x80, "o"));
    all.writeBytes(frame(TEXT, large));
    client.send(all.toByteArray());
    assertThat(read(client)).extracting(Frame::head).isEqualTo(TEXT);
    Frame pong = read(client);
    assertThat(pong.head()).isEqualTo(PONG);
    assertThat(pong.payload()).isEqualTo(bytes("between"));
    assertThat(read(client).payload()).isEqualTo(bytes("two"));
    assertThat(read(client).payload()).isEqualTo(bytes(large));
    client.send(frame(CLOSE, new byte[] {0x03, (byte) 0xe8}));
    assertThat(read(client).code()).isEqualTo(WebSocket.NORMAL);
    assertThat(client.readAll()).isEmpty();
    await().atMost(LIMIT).until(() -> sockets.closed.size() == 1);
  }

  @Test
  void whatBreaksTheProtocolEndsTheConnectionAndSaysWhy() throws IOException {
    byte[] unmasked = {(byte) TEXT, 1, 'x'};
    byte[] giant = {(byte) TEXT, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    byte[] negative = {(byte) TEXT, (byte) 0xff, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ByteArrayOutputStream endless = new ByteArrayOutputStream();
    endless.writeBytes(frame(BEGIN, ""));
    for (int i = 0; i < 2_000; i++) {
      endless.writeBytes(frame(MORE, ""));
    }
    ByteArrayOutputStream long1 = new ByteArrayOutputStream();
    long1.writeBytes(frame(BEGIN, new byte[600_000]));
    long1.writeBytes(frame(MORE, new byte[600_000]));
    assertThat(codeOfEnd(open().send(unmasked))).isEqualTo(1002);
    assertThat(codeOfEnd(open().send(giant))).isEqualTo(WebSocket.TOO_LARGE);
    assertThat(codeOfEnd(open().send(negative))).isEqualTo(1002);
    assertThat(codeOfEnd(open().send(frame(0x83, "reserved")))).isEqualTo(1002);
    assertThat(codeOfEnd(open().send(frame(0xc1, "extended")))).isEqualTo(1002);
    assertThat(codeOfEnd(open().send(frame(MORE, "nothing before")))).isEqualTo(1002);
    assertThat(codeOfEnd(open().send(frame(BINARY, "x")))).isEqualTo(WebSocket.NOT_UNDERSTOOD);
    assertThat(codeOfEnd(open().send(frame(TEXT, new byte[] {(byte) 0xc3, 0x28}))))
        .isEqualTo(WebSocket.NO_UTF_8);
    assertThat(codeOfEnd(open().send(endless.toByteArray()))).isEqualTo(WebSocket.POLICY);
    assertThat(codeOfEnd(open().send(long1.toByteArray()))).isEqualTo(WebSocket.TOO_LARGE);
    await().atMost(LIMIT).until(() -> sockets.closed.size() == sockets.opened.size());
  }

  @Test
  void aMessageThatDoesNotEndInTimeEndsTheConnection() throws IOException {
    RawClient client =
        open(
            limits ->
                limits
                    .eventStreamPing(Duration.ofMillis(50))
                    .bodyIdleTimeout(Duration.ofMillis(100)));
    client.send(frame(BEGIN, "never"));
    assertThat(codeOfEnd(client)).isEqualTo(WebSocket.POLICY);
  }

  @Test
  void aClientThatAnswersNoPingsIsLeft() throws IOException {
    RawClient client = open(limits -> limits.eventStreamPing(Duration.ofMillis(50)));
    assertThat(read(client).head()).isEqualTo(PING);
    assertThat(codeOfEnd(client)).isEqualTo(WebSocket.NO_SIGN_OF_LIFE);
  }

  @Test
  void aClientThatIsThereAndAsksForNothingIsLeftWhenItHasNoReasonToStay() throws Exception {
    HttpServer server =
        serve(
            sockets,
            limits ->
                limits
                    .eventStreamPing(Duration.ofMillis(500))
                    .keepAliveTimeout(Duration.ofMillis(1_000)));
    try (HttpClient http = HttpClient.newHttpClient()) {
      CompletableFuture<Integer> ends = new CompletableFuture<>();
      CompletableFuture<String> echoed = new CompletableFuture<>();
      java.net.http.WebSocket client =
          http.newWebSocketBuilder()
              .buildAsync(
                  URI.create(uri(server, PATH).toString().replace("http:", "ws:")),
                  new Ends(ends, echoed))
              .get(20, TimeUnit.SECONDS);
      var _ = client.sendText("still here", true).get(20, TimeUnit.SECONDS);
      assertThat(echoed.get(20, TimeUnit.SECONDS)).isEqualTo("still here");
      sockets.inUse = false;
      assertThat(ends.get(20, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL);
    }
  }

  /** Hears of a text and of the end. */
  private record Ends(CompletableFuture<Integer> code, CompletableFuture<String> text)
      implements java.net.http.WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(
        java.net.http.WebSocket socket, CharSequence data, boolean last) {
      text.complete(data.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(java.net.http.WebSocket socket, int status, String reason) {
      code.complete(status);
      return null;
    }
  }

  @Test
  void whatAClientDoesNotReadIsBoundedAndItIsLeft() throws IOException {
    HttpServer server =
        serve(
            sockets,
            limits ->
                limits
                    .eventStreamPing(Duration.ofMillis(1_000))
                    .bodyIdleTimeout(Duration.ofMillis(500))
                    .eventStreamBufferBytes(100_000));
    RawClient client = closing(new RawClient(server.addresses().getFirst(), 4096)).send(good());
    client.readUntil("\r\n\r\n");
    await().atMost(LIMIT).until(() -> !sockets.opened.isEmpty());
    WebSocket socket = sockets.opened.getFirst();
    String text = "x".repeat(10_000);
    List<EventStream.Delivery> refused = new CopyOnWriteArrayList<>();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              EventStream.Delivery last = socket.send(text);
              while (last == EventStream.Delivery.QUEUED) {
                last = socket.send(text);
              }
              refused.add(last);
              return last == EventStream.Delivery.CLOSED;
            });
    assertThat(refused).contains(EventStream.Delivery.OVERFLOW);
    await().atMost(LIMIT).until(() -> sockets.closed.contains(socket));
  }

  @Test
  void socketsHaveThePlacesOfEventStreams() throws IOException {
    HttpServer server = serve(sockets, limits -> limits.maxEventStreams(1));
    RawClient first = connect(server).send(good());
    assertThat(first.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
    assertThat(connect(server).send(good()).readAnswer())
        .startsWith("HTTP/1.1 503 ")
        .contains("maxEventStreams");
    first.reset();
    await()
        .atMost(LIMIT)
        .until(
            () -> connect(server).send(good()).readUntil("\r\n\r\n").startsWith("HTTP/1.1 101 "));
  }

  @Test
  void aServerThatStopsTellsItsClients() throws Exception {
    HttpServer server = serve(sockets);
    RawClient client = connect(server).send(good());
    client.readUntil("\r\n\r\n");
    CompletableFuture<Boolean> drained =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return server.drain(LIMIT);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(codeOfEnd(client)).isEqualTo(WebSocket.GOING_AWAY);
    client.send(frame(CLOSE, new byte[] {0x03, (byte) 0xe9}));
    assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> connect(server)).isInstanceOf(java.net.ConnectException.class);
  }
}
