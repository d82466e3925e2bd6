// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import io.cairn.document.DocumentJson;

/**
 * Finds the bounds of values in UTF-8 JSON without parsing them. It relies on the JSON being valid,
 * as whatever {@link DocumentJson} wrote is; on other input it ends with an {@link
 * IndexOutOfBoundsException} or a {@link MalformedJsonException}, never in a loop.
 */
public final class JsonScanner {
  private JsonScanner() {}

  /** Returns the first position at or after {@code pos} that is not white space. */
  public static int skipBlanks(byte[] json, int pos) {
    int i = pos;
    while (json[i] == ' ' || json[i] == '\n' || json[i] == '\r' || json[i] == '\t') {
      i++;
    }
    return i;
  }

  /** Returns the position behind the string that starts at {@code pos} with its quote. */
  public static int skipString(byte[] json, int pos) {
    int i = pos + 1;
    while (true) {
      byte b = json[i];
      if (b == '"') {
        return i + 1;
      }
      i += b == '\\' ? 2 : 1;
    }
  }

  /** Returns the position behind the value that starts at {@code pos}. */
  public static int skipValue(byte[] json, int pos) {
    byte first = json[pos];
    if (first == '"') {
      return skipString(json, pos);
    }
    return first == '{' || first == '[' ? skipContainer(json, pos) : skipLiteral(json, pos);
  }

  /** Returns {@code pos} + 1 after checking what stands there. */
  public static int expect(byte[] json, int pos, char expected) {
    if (json[pos] != expected) {
      throw new MalformedJsonException("'" + expected + "' expected at byte " + pos);
    }
    return pos + 1;
  }

  private static int skipContainer(byte[] json, int pos) {
    int depth = 0;
    int i = pos;
    do {
      switch (json[i]) {
        case '"' -> i = skipString(json, i) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      i++;
    } while (depth > 0);
    return i;
  }

  private static int skipLiteral(byte[] json, int pos) {
    int i = pos;
    while (i < json.length && !endsLiteral(json[i])) {
      i++;
    }
    if (i == pos) {
      throw new MalformedJsonException("value expected at byte " + pos);
    }
    return i;
  }

  private static boolean endsLiteral(byte b) {
    return b == ',' || b == '}' || b == ']' || b <= ' ';
  }
}
