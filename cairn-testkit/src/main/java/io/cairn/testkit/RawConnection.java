// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A bare TCP connection to a host, for bytes that no HTTP client would send. One thread. */
public final class RawConnection implements AutoCloseable {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int MAX_ANSWER = 1 << 20;

  private final Socket socket = new Socket();
  private boolean closedByHost;

  /** Connects. */
  public RawConnection(URI host) throws IOException {
    socket.connect(
        new InetSocketAddress(InetAddress.getByName(host.getHost()), host.getPort()),
        CONNECT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** Sends bytes. */
  public RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends text, each character as one byte. */
  public RawConnection send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Says that nothing more will be sent. */
  public RawConnection endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /**
   * Reads until a text has come.
   *
   * @return all that was read, which may go on behind the text
   * @throws AssertionError if the host closes the connection or the time is over before; the
   *     message holds what was read
   */
  public String readUntil(String text, Duration limit) throws IOException {
    TestStopwatch watch = new TestStopwatch();
    StringBuilder read = new StringBuilder();
    byte[] chunk = new byte[8192];
    while (read.indexOf(text) < 0) {
      socket.setSoTimeout((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(watch.left(limit))));
      int n;
      try {
        n = socket.getInputStream().read(chunk);
      } catch (SocketTimeoutException e) {
        throw new AssertionError(
            "The host did not say '%s' within %s, but: %s".formatted(text, limit, read), e);
      }
      if (n < 0) {
        throw new AssertionError(
            "The host closed the connection without '%s', after: %s".formatted(text, read));
      }
      read.append(new String(chunk, 0, n, StandardCharsets.ISO_8859_1));
    }
    return read.toString();
  }

  /**
   * Reads until the host closes the connection, is silent for a while, or has said more than anyone
   * wants to read.
   */
  public String readAll(Duration silence) throws IOException {
    socket.setSoTimeout((int) Math.max(1, silence.toMillis()));
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[8192];
    try {
      int n = in.read(chunk);
      while (n >= 0 && read.size() < MAX_ANSWER) {
        read.write(chunk, 0, n);
        n = in.read(chunk);
      }
      closedByHost = n < 0;
    } catch (SocketTimeoutException e) {
      closedByHost = false;
    } catch (IOException e) {
      // A reset: the host closed without reading what was left.
      closedByHost = true;
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether the last {@link #readAll} ended because the host closed the connection. */
  public boolean isClosedByHost() {
    return closedByHost;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
