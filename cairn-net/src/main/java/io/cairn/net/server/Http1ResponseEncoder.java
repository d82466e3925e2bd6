// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpResponse;
import io.cairn.net.ListHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Writes answers as HTTP/1.1. Safe for use by any thread. */
final class Http1ResponseEncoder {
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");

  /** An answer that names the protocol that the server wants says so; this one knows one. */
  private static final byte[] UPGRADE = ascii("connection: upgrade\r\nupgrade: ");

  private static final byte[][] STATUS_LINES = new byte[600][];

  static {
    for (int status = 200; status < STATUS_LINES.length; status++) {
      STATUS_LINES[status] = ascii("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n");
    }
  }

  /** What the answer says about the connection's future. */
  enum Persistence {
    /** HTTP/1.1 stays open by default. */
    IMPLIED,
    /** HTTP/1.0 wants to be told. */
    KEEP_ALIVE,
    /** This is the last answer. */
    CLOSE
  }

  private final DateField date;
  private final ServerContext.Standing standing;

  Http1ResponseEncoder(ServerContext server) {
    this.date = server.date();
    this.standing = server.standing();
  }

  /** Returns an upper bound for the bytes of an answer's head. */
  int headSize(HttpResponse response) {
    return response.listHeaders().encoded().length + standing.bytes() + 192;
  }

  /** Appends status line and fields of an answer that is sent whole. */
  void encodeHead(ByteBuf out, HttpResponse response, Persistence persistence) {
    begin(out, response, persistence);
    if (!response.forbidsBody()) {
      out.writeBytes(CONTENT_LENGTH);
      writeDecimal(out, response.body().length);
      out.writeBytes(CRLF);
    }
    out.writeBytes(CRLF);
  }

  /** Appends status line and fields of an answer whose length is not known yet. */
  void encodeStreamHead(
      ByteBuf out, HttpResponse response, boolean chunked, Persistence persistence) {
    begin(out, response, persistence);
    if (chunked) {
      out.writeBytes(CHUNKED);
    }
    out.writeBytes(CRLF);
  }

  private void begin(ByteBuf out, HttpResponse response, Persistence persistence) {
    out.writeBytes(STATUS_LINES[response.status()]);
    ListHeaders headers = response.listHeaders();
    out.writeBytes(headers.encoded());
    out.writeBytes(standing.each().encoded());
    out.writeBytes(headers.missing(standing.unlessGiven()).encoded());
    out.writeBytes(date.line());
    String protocol =
        response.status() == HttpResponseStatus.UPGRADE_REQUIRED.code()
            ? headers.get("upgrade")
            : null;
    if (protocol != null) {
      out.writeBytes(UPGRADE).writeBytes(ascii(protocol)).writeBytes(CRLF);
    }
    switch (persistence) {
      case IMPLIED -> {}
      case KEEP_ALIVE -> out.writeBytes(KEEP_ALIVE);
      case CLOSE -> out.writeBytes(CLOSE);
    }
  }

  private static void writeDecimal(ByteBuf out, int value) {
    int divisor = 1;
    while (value / divisor >= 10) {
      divisor *= 10;
    }
    for (int rest = value; divisor > 0; divisor /= 10) {
      out.writeByte('0' + rest / divisor);
      rest %= divisor;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
