// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.document.NearestName;
import io.cairn.launch.settings.Setting.Effect;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings that can be given to a process: those of its application, then its host's. */
final class KnownSettings {
  private final List<Setting> own;

  private final String whereListed;
  private final boolean complete;

  KnownSettings(ApplicationSettings application) {
    this.own = application.declared();
    this.whereListed = application.whereListed();
    this.complete = application.isComplete();
  }

  /** Whether there are no others, so that whatever else is given is a mistake. */
  boolean isComplete() {
    return complete;
  }

  List<Setting> all() {
    return own.isEmpty() ? Settings.all() : Stream.concat(own.stream(), hosts()).toList();
  }

  Optional<Setting> named(String name) {
    return Stream.concat(own.stream(), hosts())
        .filter(setting -> setting.name().equals(name))
        .findFirst();
  }

  /** Arguments that a program declares may have a name that means nothing any more. */
  private Stream<Setting> hosts() {
    return Settings.all().stream()
        .filter(setting -> own.stream().noneMatch(mine -> mine.name().equals(setting.name())));
  }

  /** The end of a sentence that says a name is unknown. */
  String nearestTo(String name) {
    return NearestName.of(
            Stream.concat(all().stream().map(Setting::name), Stream.of("config")), name)
        .map(known -> "; did you mean --" + known + "?")
        .orElse("; " + whereListed);
  }

  /** The end of a sentence that says a key of a file is unknown. */
  String nearestToKey(String name) {
    Stream<String> keys =
        hosts()
            .filter(setting -> setting.isClusterKey() && setting.effect() == Effect.OBEYED)
            .map(Setting::name);
    return NearestName.of(Stream.concat(own.stream().map(Setting::name), keys), name)
        .map(known -> "; did you mean " + known + "?")
        .orElse("");
  }
}
