// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.Hello;
import io.cairn.net.server.HttpServer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A peer that says exactly what it is told to. */
final class RawPeer implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final String status;

  RawPeer(HttpServer server, String headers) throws IOException {
    socket = new Socket();
    socket.connect(server.addresses().getFirst(), 5_000);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    String request =
        "GET /core/peer HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: Cairn-Peer\r\n"
            + headers
            + "\r\n";
    sendRaw(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.readUnsignedByte());
    }
    status = head.toString();
  }

  /** Returns the head of the answer to the upgrade. */
  String status() {
    return status;
  }

  void sendRaw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Sends a frame that says it has so many bytes. */
  void sendFrame(int length, byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + bytes.length);
    sendRaw(out.putInt(length).put(bytes).array());
  }

  void sendMessage(int stream, int kind, long correlation, byte[] payload) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(FrameHead.BYTES + payload.length);
    out.put((byte) stream).put((byte) kind).putLong(correlation).put(payload);
    sendFrame(out.capacity(), out.array());
  }

  /** Says who it is. */
  void sendHello(String name) throws IOException {
    sendHello(name, new byte[Hello.NONCE_BYTES]);
  }

  /** Says who it is, and whether it has a secret. */
  void sendHello(String name, boolean secret) throws IOException {
    sendHello(name, secret, new byte[Hello.NONCE_BYTES]);
  }

  void sendHello(String name, byte[] nonce) throws IOException {
    sendHello(name, false, nonce);
  }

  private void sendHello(String name, boolean secret, byte[] nonce) throws IOException {
    PeerIdentity identity = new PeerIdentity(name, name, URI.create("http://127.0.0.1:1"));
    sendMessage(0, FrameKind.HANDSHAKE.code(), 0, new Hello(secret, 0, 0, identity).encode(nonce));
  }

  /** Becomes a peer of a node that wants no proof. */
  void introduce(String name) throws IOException {
    byte[] nonce = new byte[Hello.NONCE_BYTES];
    prove(name, nonce, nonce);
    readFrame(20_000);
  }

  /** Says everything that a dialer says, the connection it knew included. */
  void prove(String name, byte[] nonce, byte[] known) throws IOException {
    sendHello(name, nonce);
    readFrame(20_000);
    sendMessage(0, FrameKind.HANDSHAKE.code(), 0, known);
  }

  /** Returns the next frame, from its head on, that is neither a sign of life nor the last. */
  byte[] readFrame(long timeoutMillis) throws IOException {
    socket.setSoTimeout((int) timeoutMillis);
    while (true) {
      byte[] frame = readAnyFrame();
      switch (kind(frame)) {
        case PING, PONG -> {}
        case CLOSE -> throw new EOFException("closed with " + correlation(frame));
        default -> {
          return frame;
        }
      }
    }
  }

  /** Returns the next frame of a kind, from its head on. */
  byte[] await(FrameKind kind) throws IOException {
    byte[] frame = readAnyFrame();
    while (kind(frame) != kind) {
      frame = readAnyFrame();
    }
    return frame;
  }

  private byte[] readAnyFrame() throws IOException {
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return frame;
  }

  private static FrameKind kind(byte[] frame) {
    return FrameKind.of(frame[1]);
  }

  private static int correlation(byte[] frame) {
    return (int) ByteBuffer.wrap(frame).getLong(2);
  }

  /** Reads until the other side closes; returns its code, or 0 if it gave none. */
  int awaitClose() throws IOException {
    return awaitClose(20_000);
  }

  int awaitClose(long timeoutMillis) throws IOException {
    socket.setSoTimeout((int) timeoutMillis);
    try {
      while (true) {
        byte[] frame = readAnyFrame();
        if (kind(frame) == FrameKind.CLOSE) {
          if (in.read() >= 0) {
            throw new IOException("bytes behind the last frame");
          }
          return correlation(frame);
        }
      }
    } catch (EOFException | SocketException e) {
      return 0;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
