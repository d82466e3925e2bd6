// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A client of the {@link Rehearsal}: one connection, one request after the other. So plain that the
 * JVM learns little of it: what it keeps is to be the host's. For one thread.
 */
final class RehearsalClient implements AutoCloseable {

  private static final String LENGTH = "content-length:";

  private final Socket socket;
  private final InputStream answers;
  private final String name;

  RehearsalClient(URI host) throws IOException {
    name = host.getAuthority();
    socket = new Socket(host.getHost(), host.getPort());
    socket.setTcpNoDelay(true);
    answers = new BufferedInputStream(socket.getInputStream());
  }

  /** Sends a request and reads its answer, which says 200, or 503 where the machine is too busy. */
  void send(String method, String path, String body) throws IOException {
    String head =
        "%s %s HTTP/1.1\r\nhost: %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            .formatted(method, path, name, body.length());
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    String status = line();
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    String answer = new String(answers.readNBytes(length), StandardCharsets.UTF_8);
    if (!status.contains(" 200 ") && !status.contains(" 503 ")) {
      throw new IOException(method + " " + path + " was answered " + status + ": " + answer);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = answers.read(); next != '\n'; next = answers.read()) {
      if (next < 0) {
        throw new IOException("the host has closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
