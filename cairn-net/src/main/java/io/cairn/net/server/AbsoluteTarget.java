// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.net.server.RequestRefusedException.malformed;

/** Takes request targets of the form {@code http://host:port/path?query} apart. */
final class AbsoluteTarget {
  private AbsoluteTarget() {}

  /**
   * Returns the index at which path and query begin; the length of the target when both are
   * missing.
   */
  static int pathStart(String target) throws RequestRefusedException {
    int host = hostStart(target);
    for (int i = host; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '/' || c == '?') {
        return i;
      }
    }
    return target.length();
  }

  static String authority(String target, int pathStart) throws RequestRefusedException {
    String authority = target.substring(hostStart(target), pathStart);
    if (authority.isEmpty() || !isAuthority(authority)) {
      throw malformed("Malformed request target");
    }
    return authority;
  }

  private static int hostStart(String target) throws RequestRefusedException {
    if (target.regionMatches(true, 0, "http://", 0, 7)) {
      return 7;
    }
    if (target.regionMatches(true, 0, "https://", 0, 8)) {
      return 8;
    }
    throw malformed("Malformed request target");
  }

  /** Says whether the text can be a host with or without port; user information is not allowed. */
  static boolean isAuthority(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean plain = letter || (c >= '0' && c <= ':') || c == '.' || c == '-';
      // Brackets for IPv6; the rest may occur in registered names.
      if (!plain && "[]_~%!$&'()*+;=".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
