// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One setting.
 *
 * @param name as on the command line, without dashes
 * @param form what a value looks like, for the help
 * @param defaultText the default as one would write it; null if there is none
 * @param meaning a sentence for the help
 * @param effect whether this version does anything with it
 * @param taker checks a value and takes it over; throws {@link IllegalArgumentException} with a
 *     message that says what a value must be
 */
record Setting(
    String name,
    String form,
    @Nullable String defaultText,
    String meaning,
    Effect effect,
    BiConsumer<Draft, String> taker) {

  private static final List<String> SECRET_WORDS = List.of("pass", "secret", "token");

  /** What becomes of a value. */
  enum Effect {
    /** It is obeyed. */
    OBEYED,
    /** It is accepted for compatibility, and the log says that nothing comes of it. */
    NONE,
    /** It would promise what this version does not do: any value but the default is an error. */
    REFUSED
  }

  /**
   * The name of its environment variable: {@code bindAddress} is {@code CAIRN_BIND_ADDRESS}, {@code
   * cluster.seeds} is {@code CAIRN_CLUSTER_SEEDS}.
   */
  String environmentName() {
    return environmentName(name);
  }

  static String environmentName(String name) {
    return "CAIRN_"
        + name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The system properties that give it a value, the first that is set. */
  List<String> propertyNames() {
    return isClusterKey()
        ? List.of("cairn." + name, name)
        : List.of("cairn." + name, "xenon." + name);
  }

  /** Whether it is one of those that XOOM's files hold, or is named like them. */
  boolean isClusterKey() {
    return name.startsWith("cluster.");
  }

  /** Whether an empty value says "none": files write so what they do not want. */
  boolean mayBeEmpty() {
    return "".equals(defaultText)
        || (isClusterKey() && (effect == Effect.NONE || defaultText == null));
  }

  /** Whether its name alone says that it is on. */
  boolean isSwitch() {
    return form.equals("BOOL");
  }

  /** Whether its value must not be shown. */
  boolean isSecret() {
    String lower = name.toLowerCase(Locale.ROOT);
    return SECRET_WORDS.stream().anyMatch(lower::contains) && !lower.endsWith("file");
  }

  static Setting obeyed(
      String name,
      String form,
      @Nullable String fallback,
      String meaning,
      BiConsumer<Draft, String> taker) {
    return new Setting(name, form, fallback, meaning, Effect.OBEYED, taker);
  }

  static Setting ignored(
      String name, String form, @Nullable String fallback, String why, Consumer<String> check) {
    return new Setting(name, form, fallback, why, Effect.NONE, (draft, text) -> check.accept(text));
  }

  static Setting refused(
      String name, String form, @Nullable String fallback, String why, Consumer<String> check) {
    return new Setting(
        name, form, fallback, why, Effect.REFUSED, (draft, text) -> check.accept(text));
  }
}
