// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.testkit.RawConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What clients that mean no good do to hosts, in rounds that are bounded in time. */
enum HostileLoad {
  /** A patch of a megabyte that copies a text of a megabyte 500 times. */
  COPY_BOMBS(4, "400") {
    @Override
    String round(URI host) throws IOException {
      return send(host, head("PATCH", DOCUMENT, PATCH_TYPE, BOMB.length), BOMB, SLOWEST);
    }
  },
  /** Bodies just below the limit that end at the same moment. */
  LARGE_BODIES(24, "503") {
    @Override
    String round(URI host) throws IOException {
      return send(host, head("PUT", DOCUMENT, "application/json", LARGE.length), LARGE, SLOWEST);
    }
  },
  /** More connections than there are descriptors, on which nothing is said. */
  IDLE_CONNECTIONS(1, "") {
    @Override
    String round(URI host) throws IOException {
      return hold(host, 700, "");
    }
  },
  /** Listings of megabytes that nobody reads. */
  UNREAD_LISTINGS(1, "") {
    @Override
    String round(URI host) throws IOException {
      return hold(host, 300, "GET " + LISTING + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
  },
  /** Listings of megabytes over HTTP/2 that are taken back at once. */
  RESET_LISTINGS(20, "") {
    @Override
    String round(URI host) throws IOException {
      return reset(host, LISTING);
    }
  },
  /** Small requests over HTTP/2 that are taken back at once. */
  RESET_REQUESTS(20, "") {
    @Override
    String round(URI host) throws IOException {
      return reset(host, DOCUMENT);
    }
  },
  /** Queries over all documents that are expensive to answer. */
  COSTLY_QUERIES(40, "200") {
    @Override
    String round(URI host) throws IOException {
      String filter =
          "text%20eq%20'*z*'%20or%20text%20eq%20'*y*x*'&$orderby=documentSelfLink&$expand";
      return send(host, "GET " + FACTORY + "?$filter=" + filter + END_OF_GET, new byte[0], SLOWEST);
    }
  },
  /** Tasks that keep megabytes until somebody reads them, which nobody does. */
  FORGOTTEN_QUERIES(10, "202") {
    @Override
    String round(URI host) throws IOException {
      byte[] task =
          "{\"querySpec\":{\"options\":[\"EXPAND_CONTENT\"],\"query\":{\"term\":{\"propertyName\":\"documentSelfLink\",\"matchType\":\"WILDCARD\",\"matchValue\":\"*\"}}}}"
              .getBytes(StandardCharsets.US_ASCII);
      return send(
          host, head("POST", "/core/query-tasks", "application/json", task.length), task, SLOWEST);
    }
  },
  /** Connections for other nodes on which nothing is said. */
  SILENT_PEERS(100, "101") {
    @Override
    String round(URI host) throws IOException {
      String upgrade =
          """
          GET /core/peer HTTP/1.1\r
          Host: localhost\r
          Connection: Upgrade\r
          Upgrade: cairn-peer\r
          \r
          """;
      return send(host, upgrade, new byte[0], WHILE);
    }
  };

  static final String FACTORY = "/hostile";
  static final String DOCUMENT = FACTORY + "/victim";
  static final String LISTING = FACTORY + "?$expand";

  private static final Duration WHILE = Duration.ofSeconds(1);
  private static final Duration SLOWEST = Duration.ofSeconds(20);
  private static final String PATCH_TYPE = "application/json-patch+json";
  private static final String END_OF_GET =
      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  private static final int STREAMS = 190;
  private static final byte[] BOMB = bomb();
  private static final byte[] LARGE = large();

  private final int clients;
  private final String status;

  HostileLoad(int clients, String status) {
    this.clients = clients;
    this.status = status;
  }

  /**
   * The status that some of its requests get if they are what they should be; empty if none is
   * read.
   */
  String status() {
    return status;
  }

  /** How many do it at once. */
  int clients() {
    return clients;
  }

  /**
   * Does it once.
   *
   * @return the status of the answer, empty if none is read
   * @throws IOException if the host has enough of it
   */
  abstract String round(URI host) throws IOException;

  private static byte[] bomb() {
    String copies =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    "{\"op\":\"copy\",\"from\":\"/values/a\",\"path\":\"/values/b%d\"}"
                        .formatted(i))
            .collect(Collectors.joining(","));
    String start =
        "{\"op\":\"add\",\"path\":\"/values/a\",\"value\":\"%s\"}".formatted("x".repeat(1_000_000));
    return ("[" + start + "," + copies + "]").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] large() {
    byte[] body = new byte[60_000_000];
    Arrays.fill(body, (byte) 'x');
    byte[] begin = "{\"text\":\"".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(begin, 0, body, 0, begin.length);
    body[body.length - 2] = '"';
    body[body.length - 1] = '}';
    return body;
  }

  private static String head(String method, String path, String type, int length) {
    return "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        .formatted(method, path, type, length);
  }

  private static String send(URI host, String head, byte[] body, Duration patience)
      throws IOException {
    try (RawConnection connection = new RawConnection(host)) {
      String answer = connection.send(head).send(body).readAll(patience);
      return answer.startsWith("HTTP/1.1 ") ? answer.substring(9, 12) : "";
    }
  }

  private static String hold(URI host, int connections, String request) throws IOException {
    List<RawConnection> held = new ArrayList<>();
    try (RawConnection last = new RawConnection(host)) {
      for (int i = 0; i < connections; i++) {
        RawConnection connection = new RawConnection(host);
        held.add(connection);
        connection.send(request);
      }
      last.readAll(WHILE);
      return "";
    } finally {
      for (RawConnection connection : held) {
        connection.close();
      }
    }
  }

  /** Opens streams and resets them all (RFC 9113, sections 6.2 and 6.4). */
  private static String reset(URI host, String path) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(frame(4, 0, 0, new byte[0]));
    for (int i = 0; i < STREAMS; i++) {
      all.writeBytes(frame(1, 5, 2 * i + 1, get(path)));
    }
    byte[] cancel = ByteBuffer.allocate(4).putInt(8).array();
    for (int i = 0; i < STREAMS; i++) {
      all.writeBytes(frame(3, 0, 2 * i + 1, cancel));
    }
    try (RawConnection connection = new RawConnection(host)) {
      connection.send(all.toByteArray()).readAll(Duration.ofMillis(100));
      return "";
    }
  }

  /** The fields of a GET without compression (RFC 7541): method and scheme by their numbers. */
  private static byte[] get(String path) {
    byte[] name = path.getBytes(StandardCharsets.US_ASCII);
    byte[] host = "localhost".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(6 + name.length + host.length)
        .put(new byte[] {(byte) 0x82, (byte) 0x86, 4, (byte) name.length})
        .put(name)
        .put(new byte[] {1, (byte) host.length})
        .put(host)
        .array();
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
