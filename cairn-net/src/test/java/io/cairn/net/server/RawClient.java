// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly the bytes it is given. */
final class RawClient implements AutoCloseable {
  private final Socket socket = new Socket();

  RawClient(HttpServer server) throws IOException {
    socket.connect(server.addresses().getFirst(), 5_000);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
  }

  RawClient(InetSocketAddress address, int receiveBuffer) throws IOException {
    socket.setReceiveBufferSize(receiveBuffer);
    socket.connect(address, 5_000);
    socket.setSoTimeout(20_000);
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Reads one answer: head, and as many bytes as its length field says. */
  String readAnswer() throws IOException {
    String head = readUntil("\r\n\r\n");
    int at = head.indexOf("content-length: ");
    if (at < 0) {
      return head;
    }
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
    return head + new String(in().readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  String readUntil(String end) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      int b = in().read();
      if (b < 0) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
      }
      bytes.write(b);
      if (b == end.charAt(end.length() - 1)
          && bytes.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
      }
    }
  }

  /** Reads that many bytes, or fewer if the server closes. */
  byte[] read(int count) throws IOException {
    return in().readNBytes(count);
  }

  /** Reads until the server closes. */
  String readAll() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      in().transferTo(bytes);
    } catch (SocketException reset) {
      // Closed with bytes of ours unread: what came before counts.
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** Ends the connection for good: closing alone could mean that the client still reads. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
