// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.document.NearestName;
import io.cairn.server.settings.Setting.Effect;
import java.util.stream.Stream;

/** Guesses which setting was meant. */
final class Suggestions {

  private Suggestions() {}

  /** The end of a sentence that says a name is unknown. */
  static String forName(String name) {
    return NearestName.of(
            Stream.concat(Settings.all().stream().map(Setting::name), Stream.of("config")), name)
        .map(known -> "; did you mean --" + known + "?")
        .orElse("; --help lists the settings");
  }

  /** The end of a sentence that says a key of a file is unknown. */
  static String forKey(String name) {
    Stream<String> keys =
        Settings.all().stream()
            .filter(setting -> setting.isClusterKey() && setting.effect() == Effect.OBEYED)
            .map(Setting::name);
    return NearestName.of(keys, name).map(known -> "; did you mean " + known + "?").orElse("");
  }
}
