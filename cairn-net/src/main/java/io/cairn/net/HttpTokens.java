// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

/** The character classes of RFC 9110 and RFC 9112. */
public final class HttpTokens {
  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (char c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 32] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private HttpTokens() {}

  public static boolean isTokenByte(byte b) {
    return TOKEN[b & 0xff];
  }

  /**
   * Field values may hold anything visible, blanks, tabs and bytes above ASCII: no control
   * characters.
   */
  public static boolean isValueByte(byte b) {
    return b >= ' ' ? b != 0x7f : b < 0 || b == '\t';
  }

  public static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 0xff || !TOKEN[c]) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  public static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > 0xff || !isValueByte((byte) c)) {
        return false;
      }
    }
    return true;
  }

  /** Says whether the comma-separated list holds {@code token}, without regard to case. */
  public static boolean listHolds(String list, String token) {
    int at = 0;
    while (at <= list.length()) {
      int comma = list.indexOf(',', at);
      int end = comma < 0 ? list.length() : comma;
      if (list.substring(at, end).trim().equalsIgnoreCase(token)) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }
}
