// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.server.settings.Setting.Effect;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Guesses which setting was meant. */
final class Suggestions {

  private static final int FARTHEST = 3;

  private Suggestions() {}

  /** The end of a sentence that says a name is unknown. */
  static String forName(String name) {
    return nearest(Stream.concat(Settings.all().stream().map(Setting::name), Stream.of("config")), name)
        .map(known -> "; did you mean --" + known + "?")
        .orElse("; --help lists the settings");
  }

  /** The end of a sentence that says a key of a file is unknown. */
  static String forKey(String name) {
    Stream<String> keys =
        Settings.all().stream()
            .filter(setting -> setting.isClusterKey() && setting.effect() == Effect.OBEYED)
            .map(Setting::name);
    return nearest(keys, name).map(known -> "; did you mean " + known + "?").orElse("");
  }

  /** The longer a name, the more of it may be mistyped. */
  private static Optional<String> nearest(Stream<String> names, String name) {
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
