// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cairn.document.DocumentJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/** A subscriber outside of every host: it notes what it is told, and answers as a test wants. */
public final class HttpSubscriber implements AutoCloseable {

  private final HttpServer server;
  private final URI reference;
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final List<Told> offered = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile int status = 200;

  /**
   * A notification.
   *
   * @param pragma the directives
   * @param of what it is about
   * @param skipped what was left out before; empty if nothing was
   */
  public record Told(String method, String pragma, String of, String skipped, JsonNode body) {
    /** Says that the subscription has ended. */
    public boolean isGoodbye() {
      return pragma.contains("xn-nt-ended");
    }

    /** The version of the document that it is about. */
    public long version() {
      return Long.parseLong(of.substring(of.lastIndexOf('=') + 1));
    }
  }

  /** Listens. */
  public HttpSubscriber() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    reference = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/told");
  }

  private void handle(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Told one =
        new Told(
            exchange.getRequestMethod(),
            header(exchange, "pragma"),
            header(exchange, "x-cairn-notification-of"),
            header(exchange, "x-cairn-notification-skipped"),
            DocumentJson.standard().readTree(text.isEmpty() ? "{}" : text));
    offered.add(one);
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    int answer = status;
    if (answer < 300) {
      told.add(one);
    }
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
  }

  private static String header(HttpExchange exchange, String name) {
    List<String> values = exchange.getRequestHeaders().get(name);
    return values == null ? "" : String.join(";", values);
  }

  /** Where it is told. */
  public URI reference() {
    return reference;
  }

  /** What it has taken. */
  public List<Told> told() {
    return told;
  }

  /** What was sent to it, taken or not. */
  public List<Told> offered() {
    return offered;
  }

  /** Answers everything like this from now on. */
  public void answer(int with) {
    status = with;
  }

  /** Answers nothing until {@link #letGo}. */
  public void hold() {
    gate = new CountDownLatch(1);
  }

  /** Answers again. */
  public void letGo() {
    gate.countDown();
  }

  @Override
  public void close() {
    letGo();
    server.stop(0);
  }
}
