// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.nio.charset.StandardCharsets;

/** Keeps halves of surrogate pairs, which UTF-8 cannot express, as JSON escapes. */
final class Surrogates {
  private Surrogates() {}

  static byte[] escapeUnpaired(String json) {
    StringBuilder result = new StringBuilder(json.length() + 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (!Character.isSurrogate(c)) {
        result.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < json.length()
          && Character.isLowSurrogate(json.charAt(i + 1))) {
        result.append(c).append(json.charAt(++i));
      } else {
        result.append("\\u%04X".formatted((int) c));
      }
    }
    return result.toString().getBytes(StandardCharsets.UTF_8);
  }
}
