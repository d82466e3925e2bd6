// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.fuzz.Findings.check;

import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The head of an HTTP/2 request that is accepted means the same when it is written as HTTP/1:
 * nothing hides in a field that would be more than one there, or none.
 */
public final class HeadsFuzz {
  private static final HttpLimits LIMITS = HttpLimits.defaults();
  private static final HttpLimits LARGER =
      LIMITS.with(
          it -> it.maxInitialLineBytes(1 << 16).maxHeaderCount(1 << 12).maxHeaderBytes(1 << 20));

  /** They say how the bytes of a message end, or are about one connection of HTTP/1. */
  private static final Set<String> OF_FRAMING =
      Set.of(
          "content-length",
          "transfer-encoding",
          "connection",
          "upgrade",
          "http2-settings",
          "expect",
          "host");

  private HeadsFuzz() {}

  /** Tries one input: lines, each a name, a blank and a value. */
  public static void fuzzerTestOneInput(byte[] data) {
    Http2Headers fields = new DefaultHttp2Headers(true, true, 16);
    try {
      for (String line : new String(data, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        int blank = line.indexOf(' ');
        if (blank > 0) {
          fields.add(line.substring(0, blank), line.substring(blank + 1));
        }
      }
    } catch (Exception refused) {
      return; // The codec would not have handed it on; what it throws is not all declared.
    }
    HttpRequest request;
    try {
      request = Http2RequestHead.read(fields, LIMITS);
    } catch (RequestRefusedException refusal) {
      check(refusal.status() / 100 == 4, refusal::text);
      return;
    }
    if (request.authority() != null) {
      compare(request);
    }
  }

  private static void compare(HttpRequest request) {
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.path());
    if (request.query() != null) {
      head.append('?').append(request.query());
    }
    head.append(" HTTP/1.1\r\nhost: ").append(request.authority()).append("\r\n");
    List<String> fields = fields(request);
    fields.forEach(field -> head.append(field).append("\r\n"));
    head.append("\r\n");
    Http1Parser parser = new Http1Parser(LARGER, BodyBudget.of(LARGER));
    try {
      parser.append(Unpooled.wrappedBuffer(head.toString().getBytes(StandardCharsets.ISO_8859_1)));
      HttpRequest same = parser.next();
      if (same == null) {
        throw new AssertionError("no whole head: " + head);
      }
      check(
          same.method().equals(request.method())
              && same.path().equals(request.path())
              && String.valueOf(same.query()).equals(String.valueOf(request.query()))
              && String.valueOf(same.authority()).equals(request.authority())
              && fields(same).equals(fields),
          () -> head + " is read as " + same + " with " + fields(same));
      check(parser.next() == null, () -> "more than one request: " + head);
    } catch (RequestRefusedException refusal) {
      check(false, () -> head + " is refused: " + refusal.text());
    }
  }

  private static List<String> fields(HttpRequest request) {
    List<String> fields = new ArrayList<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!OF_FRAMING.contains(lower)) {
                fields.add(lower + ": " + value);
              }
            });
    return fields;
  }
}
