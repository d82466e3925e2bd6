// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.network;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way for the test's own clients to a node in another network namespace: a port of the loopback
 * interface whose connections are carried on from within that network. If the node cannot be
 * connected to, the relay answers 503 itself, having passed nothing on. Thread-safe.
 */
final class Relay implements AutoCloseable {

  private static final int CONNECT_LIMIT_MILLIS = 2_000;
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final byte[] NOT_CONNECTED =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocketChannel server;
  private final InetSocketAddress target;
  private final NamespaceSockets sockets;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  Relay(InetSocketAddress target, NamespaceSockets sockets) throws IOException {
    this.target = target;
    this.sockets = sockets;
    this.server =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    Thread.ofVirtual().name("relay-" + target).start(this::accept);
  }

  /** Where clients connect. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + server.socket().getLocalPort());
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> carry(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void carry(SocketChannel client) {
    open.add(client);
    try (client) {
      SocketChannel node = sockets.open();
      open.add(node);
      try (node) {
        if (!connects(node)) {
          refuse(client);
          return;
        }
        Thread back = Thread.ofVirtual().start(() -> pump(node, client));
        pump(client, node);
        back.join();
      } finally {
        open.remove(node);
      }
    } catch (IOException e) {
      quietly(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private boolean connects(SocketChannel node) {
    try {
      node.socket().connect(target, CONNECT_LIMIT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Carries bytes one way; when that ends, so does the other way. */
  private static void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      quietly(from);
    }
  }

  private static void refuse(SocketChannel client) throws IOException {
    client.read(ByteBuffer.allocate(BUFFER_BYTES));
    client.write(ByteBuffer.wrap(NOT_CONNECTED));
  }

  private static void quietly(Closeable what) {
    try {
      what.close();
    } catch (IOException e) {
      // The other end finds out by itself.
    }
  }

  @Override
  public void close() {
    quietly(server);
    open.forEach(Relay::quietly);
  }
}
