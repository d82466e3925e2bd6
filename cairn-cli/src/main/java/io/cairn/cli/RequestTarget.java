// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Makes the URL of a request from what a person typed. Characters that a URL cannot hold (spaces,
 * double quotes, letters beyond ASCII) are percent-encoded; what is already encoded stays.
 */
final class RequestTarget {
  /** Allowed everywhere in paths and queries, beside letters and digits (RFC 3986). */
  private static final String PLAIN = "-._~!$&'()*+,;=:@/";

  private RequestTarget() {}

  /**
   * The URL of {@code path} at {@code host}. A path that is itself a URL is taken as it is, without
   * the host. A query is what follows the first question mark.
   *
   * @param host {@code http://localhost:8000}, or {@code localhost:8000} for the same
   * @param path {@code /core/examples?$filter=name eq 'n'}
   * @param parameters further query parameters, each {@code name=value} or {@code name}; unlike in
   *     the path, ampersands, plus and percent signs in them are data
   * @throws CommandFailure with usage, when no URL comes of it
   */
  static URI of(String host, String path, List<String> parameters) {
    StringBuilder url = new StringBuilder();
    int question = path.indexOf('?');
    String before = question < 0 ? path : path.substring(0, question);
    if (isUrl(path)) {
      int pathStart = before.indexOf('/', before.indexOf("://") + 3);
      url.append(pathStart < 0 ? before : before.substring(0, pathStart));
      url.append(pathStart < 0 ? "/" : encode(before.substring(pathStart), PLAIN));
    } else {
      url.append(base(host)).append(before.startsWith("/") ? "" : "/");
      url.append(encode(before, PLAIN));
    }
    char separator = '?';
    if (question >= 0) {
      url.append('?').append(encode(path.substring(question + 1), PLAIN + "?"));
      separator = '&';
    }
    for (String parameter : parameters) {
      url.append(separator).append(encodeParameter(parameter));
      separator = '&';
    }
    return uri(url.toString());
  }

  private static boolean isUrl(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://") || lower.startsWith("https://");
  }

  private static String base(String host) {
    String base = isUrl(host) ? host : "http://" + host;
    return base.endsWith("/") && !base.endsWith("//") ? base.substring(0, base.length() - 1) : base;
  }

  private static URI uri(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException notAUrl) {
      // Told below.
    }
    throw CommandFailure.usage("'" + url + "' is not a URL; check the host");
  }

  private static String encodeParameter(String parameter) {
    int equals = parameter.indexOf('=');
    if (equals < 0) {
      return encodeData(parameter);
    }
    return encodeData(parameter.substring(0, equals))
        + "="
        + encodeData(parameter.substring(equals + 1));
  }

  private static String encodeData(String data) {
    return encode(data.replace("%", "%25"), "-._~$'()*,:@/!?");
  }

  private static String encode(String text, String allowed) {
    StringBuilder encoded = new StringBuilder();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      if (isLetterOrDigit(c) || allowed.indexOf(c) >= 0 || isEscape(bytes, i)) {
        encoded.append(c);
      } else {
        encoded.append('%').append("%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isEscape(byte[] bytes, int at) {
    return bytes[at] == '%'
        && at + 2 < bytes.length
        && Character.digit(bytes[at + 1], 16) >= 0
        && Character.digit(bytes[at + 2], 16) >= 0;
  }
}
