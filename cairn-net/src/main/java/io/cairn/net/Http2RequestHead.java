// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static io.cairn.net.RequestRefusedException.malformed;

import io.netty.handler.codec.http2.Http2Headers;
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
    if (method == null || path == null || !HttpTokens.isToken(method.toString())) {
      throw malformed("Malformed request");
    }
    checkTarget(method.toString(), path.toString(), limits);
    List<String> fields = fields(from, limits);
    HttpHeaders headers = ListHeaders.ofValidated(fields);
    CharSequence named = from.authority();
    String authority = named == null ? headers.get("host") : named.toString();
    if (authority != null && !AbsoluteTarget.isAuthority(authority)) {
      throw malformed("Malformed authority");
    }
    return new HttpRequest(
        method.toString(), path.toString(), authority, headers, HttpRequest.NO_BODY);
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
      if (!HttpTokens.isToken(name) || !HttpTokens.isValue(value)) {
        throw malformed("Forbidden character in a header field");
      }
      fields.add(name);
      fields.add(value);
    }
    if (fields.size() > 2 * limits.maxHeaderCount()) {
      throw RequestHeadParser.headersTooLarge();
    }
    checkLength(from.get("content-length"), limits);
    return fields;
  }

  private static void checkLength(@Nullable CharSequence length, HttpLimits limits)
      throws RequestRefusedException {
    if (length == null) {
      return;
    }
    try {
      if (Long.parseLong(length.toString()) > limits.maxBodyBytes()) {
        throw RequestRefusedException.bodyTooLarge(limits.maxBodyBytes());
      }
    } catch (NumberFormatException e) {
      throw malformed("Malformed Content-Length");
    }
  }
}
