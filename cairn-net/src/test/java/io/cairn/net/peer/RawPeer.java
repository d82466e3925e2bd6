// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.cairn.net.HttpServer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that says exactly what it is told to. */
final class RawPeer implements AutoCloseable {
  private static final int MASK = 0x12345678;

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
        "GET /core/peer HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
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

  /** Sends a masked frame. */
  void sendFrame(int firstByte, byte[] payload) throws IOException {
    byte[] masked = payload.clone();
    WebSocketMask.apply(masked, MASK);
    ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
    out.put((byte) firstByte);
    if (payload.length < 126) {
      out.put((byte) (0x80 | payload.length));
    } else {
      out.put((byte) (0x80 | 126)).putShort((short) payload.length);
    }
    out.putInt(MASK).put(masked).flip();
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    sendRaw(bytes);
  }

  void sendMessage(int stream, int kind, long correlation, byte[] payload) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(FrameHead.BYTES + payload.length);
    out.put((byte) stream).put((byte) kind).putLong(correlation).put(payload);
    sendFrame(0x82, out.array());
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
    sendMessage(0, FrameKind.HANDSHAKE.code(), 0, new Hello(secret, identity).encode(nonce));
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

  /** Returns the payload of the next binary frame. */
  byte[] readFrame(long timeoutMillis) throws IOException {
    socket.setSoTimeout((int) timeoutMillis);
    while (true) {
      int opcode = in.readUnsignedByte() & 0x0f;
      byte[] payload = readPayload();
      if (opcode == 2) {
        return payload;
      }
      if (opcode == 8) {
        throw new EOFException("closed with " + ByteBuffer.wrap(payload).getShort());
      }
    }
  }

  private byte[] readPayload() throws IOException {
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return payload;
  }

  /** Reads until the other side closes; returns its code, or 0 if it gave none. */
  int awaitClose() throws IOException {
    return awaitClose(20_000);
  }

  int awaitClose(long timeoutMillis) throws IOException {
    socket.setSoTimeout((int) timeoutMillis);
    try {
      while (true) {
        int opcode = in.readUnsignedByte() & 0x0f;
        byte[] payload = readPayload();
        if (opcode == 8) {
          int code = ByteBuffer.wrap(payload).getShort();
          if (in.read() >= 0) {
            throw new IOException("bytes behind the close frame");
          }
          return code;
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
