// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import org.jspecify.annotations.Nullable;

/**
 * What an entry is about.
 *
 * @param set the name of the set
 * @param name the name of the attribute; null for the set itself
 */
record EntryKey(String set, @Nullable String name) {

  private static final int MAX_LENGTH = 255;

  /**
   * Checks a name of a node, a set or an attribute: 1 to 255 characters of well-formed Unicode and
   * no control characters.
   *
   * @throws IllegalArgumentException if it is none; says why
   */
  static void checkName(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the name of %s must have 1 to %d characters, not %d"
              .formatted(what, MAX_LENGTH, name.length()));
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        throw new IllegalArgumentException(
            "the name of %s has a control character at %d".formatted(what, i));
      }
    }
    if (!isWellFormed(name)) {
      throw new IllegalArgumentException("the name of %s is no Unicode text".formatted(what));
    }
  }

  /** Tells whether a text has no surrogate without its other half, which UTF-8 cannot express. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
