// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

/**
 * Matches patterns with {@code *} and {@code ?}; a backslash takes the next character literally.
 */
public final class Wildcard {
  private Wildcard() {}

  /** Tells whether a pattern consists of stars only. */
  public static boolean matchesEverything(String pattern) {
    return !pattern.isEmpty() && pattern.chars().allMatch(letter -> letter == '*');
  }

  /**
   * Tells whether a text matches a pattern as a whole.
   *
   * <p>Greedy matching that remembers the last star only: at most pattern times text steps, where a
   * regular expression may take exponentially many.
   */
  public static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int afterStar = -1;
    int retry = 0;
    while (t < text.length()) {
      char c = p < pattern.length() ? pattern.charAt(p) : 0;
      if (p < pattern.length() && c == '*') {
        afterStar = ++p;
        retry = t;
      } else if (p < pattern.length() && matchesOne(pattern, p, text.charAt(t))) {
        t += c == '?' ? letter(text, t) : 1;
        p += isEscape(pattern, p) ? 2 : 1;
      } else if (afterStar >= 0) {
        p = afterStar;
        retry += letter(text, retry);
        t = retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** How many characters of UTF-16 the letter takes that begins here: a question mark takes all. */
  private static int letter(String text, int t) {
    return Character.charCount(text.codePointAt(t));
  }

  private static boolean matchesOne(String pattern, int p, char c) {
    if (isEscape(pattern, p)) {
      return pattern.charAt(p + 1) == c;
    }
    return pattern.charAt(p) == '?' || pattern.charAt(p) == c;
  }

  private static boolean isEscape(String pattern, int p) {
    return pattern.charAt(p) == '\\' && p + 1 < pattern.length();
  }
}
