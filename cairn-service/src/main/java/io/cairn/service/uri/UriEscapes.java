// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Which characters a URI may hold, and how the others are written (RFC 3986). */
public final class UriEscapes {
  private static final String UNRESERVED_MARKS = "-._~";
  private static final String RESERVED = ":/?#[]@!$&'()*+,;=";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private UriEscapes() {}

  /** Percent-encodes what may not stand in a path or query; existing escapes stay. */
  public static String escapeIllegal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isLegalAt(text, i)) {
        return escape(text);
      }
    }
    return text;
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (codePoint < 128 && isLegalAt(text, i)) {
        escaped.append((char) codePoint);
      } else {
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
          escaped.append('%').append(HEX.toHexDigits(b));
        }
      }
      i += Character.charCount(codePoint);
    }
    return escaped.toString();
  }

  private static boolean isLegalAt(String text, int at) {
    char c = text.charAt(at);
    if (c == '%') {
      return at + 2 < text.length()
          && HexFormat.isHexDigit(text.charAt(at + 1))
          && HexFormat.isHexDigit(text.charAt(at + 2));
    }
    return c != '#' && c != '[' && c != ']' && isLegal(c);
  }

  /** A query parameter's name or value in encoded form. */
  public static String encode(String value) {
    // Form encoding says "+" for a blank, which a path-minded reader takes literally; the dollar of
    // OData names and the slashes of links stay readable.
    return URLEncoder.encode(value, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%24", "$")
        .replace("%2F", "/");
  }

  /** The inverse of {@link #encode}; also reads form encoding. */
  public static String decode(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value; // a lone percent sign: what was written is what was meant
    }
  }

  private static boolean isLegal(int c) {
    return isAsciiLetterOrDigit(c) || UNRESERVED_MARKS.indexOf(c) >= 0 || RESERVED.indexOf(c) >= 0;
  }

  private static boolean isAsciiLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
