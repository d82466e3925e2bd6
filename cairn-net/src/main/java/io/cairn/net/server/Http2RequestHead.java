// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.net.server.RequestRefusedException.malformed;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpTokens;
import io.cairn.net.ListHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a request of the fields of a stream. */
final class Http2RequestHead {
  private Http2RequestHead() {}

  static HttpRequest read(Http2Headers from, HttpLimits limits) throws RequestRefusedException {
    CharSequence method = from.method();
    CharSequence path = from.path();
    if (method == null
        || path == null
        || from.scheme() == null
        || !HttpTokens.isToken(method.toString())) {
      throw malformed("Malformed request");
    }
    checkTarget(method.toString(), path.toString(), limits);
    List<String> fields = fields(from, limits);
    HttpHeaders headers = ListHeaders.ofValidated(fields);
    return new HttpRequest(
        method.toString(), path.toString(), authority(from), headers, HttpRequest.NO_BODY);
  }

  /** Two names for the host would let one pass a check that is meant for the other. */
  private static @Nullable String authority(Http2Headers from) throws RequestRefusedException {
    CharSequence named = from.authority();
    CharSequence host = once(from, "host");
    if (named != null && host != null && !AsciiString.contentEqualsIgnoreCase(named, host)) {
      throw malformed("The Host header field differs from :authority");
    }
    CharSequence authority = named == null ? host : named;
    if (authority == null) {
      return null;
    }
    if (!AbsoluteTarget.isAuthority(authority.toString())) {
      throw malformed("Malformed authority");
    }
    return authority.toString();
  }

  private static @Nullable CharSequence once(Http2Headers from, String name)
      throws RequestRefusedException {
    List<CharSequence> values = from.getAll(name);
    if (values.size() > 1) {
      throw malformed("More than one %s header field".formatted(name));
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static void checkTarget(String method, String path, HttpLimits limits)
      throws RequestRefusedException {
    if (path.length() > limits.maxInitialLineBytes()) {
      throw RequestHeadParser.uriTooLong();
    }
    boolean asterisk = path.equals("*") && method.equals("OPTIONS");
    if (!path.startsWith("/") && !asterisk) {
      throw malformed("Malformed request target");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        throw malformed("Malformed request target");
      }
    }
  }

  private static List<String> fields(Http2Headers from, HttpLimits limits)
      throws RequestRefusedException {
    List<String> fields = new ArrayList<>(from.size() * 2);
    for (Map.Entry<CharSequence, CharSequence> field : from) {
      String name = field.getKey().toString();
      if (name.startsWith(":")) {
        continue;
      }
      String value = field.getValue().toString();
      if (!HttpTokens.isToken(name) || !HttpTokens.isValue(value) || isPadded(value)) {
        throw malformed("Forbidden character in a header field");
      }
      fields.add(name);
      fields.add(value);
    }
    if (fields.size() > 2 * limits.maxHeaderCount()) {
      throw RequestHeadParser.headersTooLarge();
    }
    checkLength(once(from, "content-length"));
    return fields;
  }

  /** HTTP/1 has no such values: blanks around one belong to the line (RFC 9113, section 8.2.1). */
  private static boolean isPadded(String value) {
    return !value.isEmpty() && (value.charAt(0) <= ' ' || value.charAt(value.length() - 1) <= ' ');
  }

  private static void checkLength(@Nullable CharSequence length) throws RequestRefusedException {
    if (length == null) {
      return;
    }
    // 18 digits cannot overflow a long; parsing alone would take a sign.
    if (length.isEmpty() || length.length() > 18 || !isDigits(length)) {
      throw malformed("Malformed Content-Length");
    }
  }

  private static boolean isDigits(CharSequence text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
