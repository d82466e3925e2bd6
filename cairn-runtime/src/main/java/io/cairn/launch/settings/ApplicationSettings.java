// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings that an application adds to those of its host. They are declared first, then given
 * to {@link EffectiveConfiguration#read}, which gives them their values. One thread declares and
 * reads; values are read by any.
 */
public final class ApplicationSettings {
  private static final Pattern NAME =
      Pattern.compile("[a-z][a-zA-Z0-9]*(\\.[a-z][a-zA-Z0-9]*)*");

  /** What means something to the launcher or the client, and so to nobody else. */
  private static final Set<String> RESERVED_VARIABLES =
      Set.of(
          "CAIRN_CONFIG",
          "CAIRN_HELP",
          "CAIRN_FORMAT",
          "CAIRN_HOST",
          "CAIRN_JAVA_HOME",
          "CAIRN_JAVA_OPTS",
          "CAIRN_CLASSPATH");

  private final List<Setting> declared = new ArrayList<>();
  private volatile boolean read;

  /** What a setting is worth; the default until another value is read. */
  private static final class Value<T> {
    private volatile T now;

    Value(T fallback) {
      this.now = fallback;
    }
  }

  /** How values of a type are written and read. */
  private record Form<T>(String name, Function<T, String> text, Function<String, T> parser) {}

  /** Starts with none. */
  public ApplicationSettings() {}

  /**
   * Declares a setting.
   *
   * @return gives its value when all have been read, and throws {@link IllegalStateException}
   *     before
   * @throws IllegalArgumentException if the name is taken or malformed, or values of its default's
   *     type cannot be read
   */
  public <T> Supplier<T> declare(String name, T defaultValue, String meaning) {
    if (read) {
      throw new IllegalStateException(
          "the setting " + name + " is declared too late: settings have been read");
    }
    requireName(name);
    Form<T> form = formOf(name, defaultValue);
    Value<T> value = new Value<>(defaultValue);
    String fallback = form.text().apply(defaultValue);
    add(name, form.name(), fallback, meaning, text -> value.now = form.parser().apply(text));
    return () -> {
      if (!read) {
        throw new IllegalStateException(
            "the setting "
                + name
                + " has no value yet: ask for it in onSettings, onStart or a handler");
      }
      return value.now;
    };
  }

  /** Declares a setting whose value goes somewhere as soon as it is read. */
  void add(
      String name, String form, @Nullable String fallback, String meaning, Consumer<String> taker) {
    declared.add(
        Setting.obeyed(name, form, fallback, meaning, (draft, text) -> taker.accept(text)));
  }

  List<Setting> declared() {
    return declared;
  }

  /**
   * Returns the environment variable that gives a setting of the application or the host its value,
   * if that is a secret, which arguments would show.
   */
  public Optional<String> variableOfSecret(String name) {
    return new KnownSettings(this)
        .named(name)
        .filter(Setting::isSecret)
        .map(Setting::environmentName);
  }

  /** Returns whether the settings have their values. */
  public boolean areRead() {
    return read;
  }

  /** Says that what values there are have been given. */
  void read() {
    read = true;
  }

  private void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" cannot name a setting: words of letters and digits joined by dots can, the first"
              + " letter of each a small one");
    }
    if (name.startsWith("cluster.")) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot name a setting: the names in cluster. are the host's");
    }
    String variable = Setting.environmentName(name);
    if (RESERVED_VARIABLES.contains(variable)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot name a setting: " + variable + " means something else");
    }
    Optional<Setting> taken =
        new KnownSettings(this)
            .all().stream()
                .filter(setting -> setting.environmentName().equals(variable))
                .findFirst();
    if (taken.isPresent()) {
      String whose = declared.contains(taken.get()) ? "the application" : "the host";
      throw new IllegalArgumentException(
          "\"%s\" cannot name a setting: %s has one of the name %s"
              .formatted(name, whose, taken.get().name()));
    }
  }

  @SuppressWarnings("unchecked") // Each form is that of the class that the value has.
  private static <T> Form<T> formOf(String name, T value) {
    return switch (value) {
      case String _ -> (Form<T>) new Form<>("TEXT", text -> text, text -> text);
      case Integer _ ->
          (Form<T>)
              new Form<Integer>(
                  "COUNT",
                  String::valueOf,
                  text -> Values.count(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case Long _ -> (Form<T>) new Form<Long>("COUNT", String::valueOf, Values::number);
      case Double _ -> (Form<T>) new Form<Double>("NUMBER", String::valueOf, Values::decimal);
      case Boolean _ -> (Form<T>) new Form<Boolean>("BOOL", String::valueOf, Values::bool);
      case Duration _ ->
          (Form<T>)
              new Form<>(
                  "TIME",
                  Values::text,
                  text -> Duration.ofNanos(Math.multiplyExact(Values.micros(text), 1_000L)));
      case Path _ -> (Form<T>) new Form<>("PATH", Path::toString, Values::path);
      case Enum<?> one -> (Form<T>) choiceOf(one);
      default ->
          throw new IllegalArgumentException(
              "the setting %s has a default of type %s; a String, Integer, Long, Double, Boolean,"
                      .formatted(name, value.getClass().getSimpleName())
                  + " Duration, Path or enum constant can be one");
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // An enum constant's class is an enum.
  private static Form<Enum<?>> choiceOf(Enum<?> constant) {
    Class type = constant.getDeclaringClass();
    return new Form<>(
        String.join("|", Values.words(type)),
        Values::word,
        text -> (Enum<?>) Values.choice(type, text));
  }
}
