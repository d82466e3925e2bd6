// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Guesses which of the known names a mistyped one means. Stateless. */
public final class NearestName {
  private static final int FARTHEST = 3;

  private NearestName() {}

  /** Returns the known name that is most like {@code name}, if one is like it at all. */
  public static Optional<String> of(Stream<String> names, String name) {
    // The longer a name, the more of it may be mistyped.
    int farthest = Math.max(FARTHEST, name.length() / 3);
    return names
        .min(Comparator.comparingInt(known -> distance(known, name)))
        .filter(known -> distance(known, name) <= farthest);
  }

  /** Levenshtein's distance, without regard to case. */
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
