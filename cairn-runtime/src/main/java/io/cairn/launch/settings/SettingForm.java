// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * How values of a type are written and read.
 *
 * @param name what a value looks like, for the help
 * @param text writes a value that {@code parser} reads
 * @param parser throws {@link IllegalArgumentException} with a message that says what a value must
 *     be
 */
record SettingForm(String name, Function<Object, String> text, Function<String, Object> parser) {

  /** Returns the form of a type; none if its values are not written as text. */
  static Optional<SettingForm> of(Class<?> type) {
    if (Path.class.isAssignableFrom(type)) {
      return Optional.of(plain("PATH", Values::path));
    }
    if (Enum.class.isAssignableFrom(type)) {
      return Optional.of(choice(type.isEnum() ? type : type.getSuperclass()));
    }
    return Optional.ofNullable(
        switch (type.getName()) {
          case "java.lang.String" -> plain("TEXT", text -> text);
          case "int", "java.lang.Integer" ->
              plain("COUNT", text -> Values.count(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
          case "long", "java.lang.Long" -> plain("COUNT", Values::number);
          case "double", "java.lang.Double" -> plain("NUMBER", Values::decimal);
          case "boolean", "java.lang.Boolean" -> plain("BOOL", Values::bool);
          case "java.net.URI" -> plain("URI", URI::create);
          case "java.time.Duration" ->
              new SettingForm(
                  "TIME",
                  value -> Values.text((Duration) value),
                  text -> Duration.ofNanos(Math.multiplyExact(Values.micros(text), 1_000L)));
          case "[Ljava.lang.String;" ->
              new SettingForm(
                  "TEXT,TEXT...",
                  value -> String.join(",", Arrays.asList((String[]) value)),
                  text -> Values.list(text).toArray(String[]::new));
          default -> null;
        });
  }

  private static SettingForm plain(String name, Function<String, Object> parser) {
    return new SettingForm(name, String::valueOf, parser);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // The class of an enum constant is an enum.
  private static SettingForm choice(Class type) {
    return new SettingForm(
        String.join("|", Values.words(type)),
        value -> Values.word((Enum<?>) value),
        text -> Values.choice(type, text));
  }
}
