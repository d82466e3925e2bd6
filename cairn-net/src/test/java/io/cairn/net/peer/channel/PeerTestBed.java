// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.HttpResponse;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.server.HttpListener;
import io.cairn.net.server.HttpServer;
import io.cairn.net.tls.ReloadingTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Nodes of one test, closed behind it. */
abstract class PeerTestBed {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  final void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  final <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  /** A node: a server and its peer network. */
  static final class Node implements AutoCloseable {
    final HttpServer server;
    final PeerChannels peers;
    final URI uri;
    final PeerIdentity identity;

    Node(String name, String launch, HttpServer server, PeerChannels peers, URI uri) {
      this.server = server;
      this.peers = peers;
      this.uri = uri;
      this.identity = new PeerIdentity(name, launch, uri);
      peers.start(identity);
    }

    CompletableFuture<byte[]> ask(Node other, String text) {
      return peers.request(other.uri, PeerStream.FORWARD, bytes(text), PATIENCE);
    }

    @Override
    public void close() {
      peers.close();
      server.close();
    }
  }

  final Node node(String name) throws IOException {
    return node(name, settings -> settings);
  }

  final Node node(String name, UnaryOperator<PeerSettingsBuilder> settings) throws IOException {
    return node(name, 0, null, settings);
  }

  final Node node(
      String name,
      int port,
      @Nullable ReloadingTls tls,
      UnaryOperator<PeerSettingsBuilder> settings)
      throws BindException {
    PeerChannels peers =
        new PeerChannels(settings.apply(PeerSettings.defaults().with().eventLoops(1)).build());
    HttpServer server =
        HttpServer.builder()
            .listen(new HttpListener("127.0.0.1", port, tls))
            .handler(exchange -> exchange.respond(HttpResponse.empty(204)))
            .peers(peers.endpoint())
            .eventLoops(1)
            .build();
    server.start();
    int bound = server.addresses().getFirst().getPort();
    URI uri = URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + bound);
    return closing(new Node(name, UUID.randomUUID().toString(), server, peers, uri));
  }

  /** Answers each request with what it asked and the name of who asked. */
  static final class Echo implements PeerHandler {
    @Override
    public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
      return CompletableFuture.completedFuture(bytes(from.nodeId() + ":" + text(payload)));
    }

    @Override
    public InputStream download(PeerIdentity from, byte[] request) throws IOException {
      throw new IOException("no such thing as " + text(request));
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static String answer(CompletableFuture<byte[]> future) throws Exception {
    return text(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  /** Returns why it failed. */
  static Throwable failure(CompletableFuture<?> future) throws Exception {
    try {
      Object answer = future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("did not fail, but gave " + answer);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause instanceof CompletionException && cause.getCause() != null
          ? cause.getCause()
          : cause;
    }
  }
}
