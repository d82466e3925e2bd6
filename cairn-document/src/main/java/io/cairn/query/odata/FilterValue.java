// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

/**
 * A value of a filter. A star stands for any characters; nothing else is special, but that a
 * backslash right before a star takes away its meaning, and two before it are one backslash.
 *
 * @param text what to look for: a pattern of the query language, or the value itself
 */
record FilterValue(String text, boolean isPattern) {

  static FilterValue of(String written) {
    StringBuilder literal = new StringBuilder();
    StringBuilder pattern = new StringBuilder();
    boolean isPattern = false;
    int pos = 0;
    while (pos < written.length()) {
      int end = pos;
      while (end < written.length() && written.charAt(end) == '\\') {
        end++;
      }
      boolean star = end < written.length() && written.charAt(end) == '*';
      int backslashes = end - pos;
      append("\\".repeat(star ? backslashes / 2 : backslashes), literal, pattern);
      if (star && backslashes % 2 == 0) {
        isPattern = true;
        pattern.append('*');
      } else if (end < written.length()) {
        append(String.valueOf(written.charAt(end)), literal, pattern);
      }
      pos = end + 1;
    }
    return new FilterValue(isPattern ? pattern.toString() : literal.toString(), isPattern);
  }

  private static void append(String characters, StringBuilder literal, StringBuilder pattern) {
    literal.append(characters);
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      if (c == '*' || c == '?' || c == '\\') {
        pattern.append('\\');
      }
      pattern.append(c);
    }
  }
}
