// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.fuzz.Findings.check;

import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTP/1 requests mean the same in whatever pieces they arrive, and nonsense is refused. */
public final class RequestsFuzz {
  private static final HttpLimits LIMITS = HttpLimits.defaults().withMaxBodyBytes(1 << 16);
  private static final int LONGEST_PIECE = 16;

  /** Ends a head that is incomplete: when one is refused before its end depends on the pieces. */
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private RequestsFuzz() {}

  /** Tries one input: the bytes of a connection. */
  public static void fuzzerTestOneInput(byte[] sent) {
    byte[] data = Arrays.copyOf(sent, sent.length + END.length);
    System.arraycopy(END, 0, data, sent.length, END.length);
    int piece = 1 + Math.floorMod(Arrays.hashCode(data), LONGEST_PIECE);
    List<String> whole = read(data, data.length);
    List<String> pieces = read(data, piece);
    check(
        whole.equals(pieces), () -> whole + " at once, but in pieces of " + piece + ": " + pieces);
  }

  private static List<String> read(byte[] data, int piece) {
    Http1Parser parser = new Http1Parser(LIMITS, BodyBudget.of(LIMITS));
    List<String> read = new ArrayList<>();
    try {
      for (int from = 0; from < data.length; from += piece) {
        ByteBuf part = Unpooled.wrappedBuffer(data, from, Math.min(piece, data.length - from));
        parser.append(part);
        for (HttpRequest next = parser.next(); next != null; next = parser.next()) {
          read.add(describe(next));
          release(parser.takeShare());
        }
      }
    } catch (RequestRefusedException refusal) {
      check(refusal.status() / 100 == 4 || refusal.status() / 100 == 5, refusal::text);
      read.add("refused with " + refusal.status());
    }
    return read;
  }

  private static void release(BodyBudget.@Nullable Share share) {
    if (share != null) {
      share.release();
    }
  }

  private static String describe(HttpRequest request) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(request.authority());
    text.append(' ').append(request.path()).append('?').append(request.query());
    request
        .headers()
        .forEach((name, value) -> text.append('\n').append(name).append(':').append(value));
    return text.append('\n').append(Arrays.toString(request.body())).toString();
  }
}
