// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings that an application adds to those of its host. They are declared first, then given
 * to {@link EffectiveConfiguration#read}, which gives them their values. One thread declares and
 * reads; values are read by any.
 */
public final class ApplicationSettings {
  private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9]*(\\.[a-z][a-zA-Z0-9]*)*");

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
  private final String whereListed;
  private final boolean complete;
  private volatile boolean read;

  /** What a setting is worth; the default until another value is read. */
  private static final class Value<T> {
    private volatile T now;

    Value(T fallback) {
      this.now = fallback;
    }

    @SuppressWarnings("unchecked") // The form is that of the default's type.
    void set(Object value) {
      now = (T) value;
    }
  }

  /** Starts with none. */
  public ApplicationSettings() {
    this("--help lists the settings");
  }

  /**
   * Those of an application that has not declared any yet, and may: what nobody knows among given
   * settings is passed over, because it may be the application's.
   */
  public static ApplicationSettings undeclared() {
    return new ApplicationSettings("", false);
  }

  /**
   * Starts with none.
   *
   * @param whereListed where somebody who used a wrong name finds the right ones
   */
  ApplicationSettings(String whereListed) {
    this(whereListed, true);
  }

  private ApplicationSettings(String whereListed, boolean complete) {
    this.whereListed = whereListed;
    this.complete = complete;
  }

  /** Whether what it does not declare is not the application's. */
  boolean isComplete() {
    return complete;
  }

  String whereListed() {
    return whereListed;
  }

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
    SettingForm form =
        SettingForm.of(defaultValue.getClass())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        ("the setting %s has a default of type %s; a String, Integer, Long, Double,"
                                + " Boolean, Duration, Path, URI or enum constant can be one")
                            .formatted(name, defaultValue.getClass().getSimpleName())));
    Value<T> value = new Value<>(defaultValue);
    add(name, form, defaultText(name, form, defaultValue), meaning, value::set);
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
      String name,
      SettingForm form,
      @Nullable String fallback,
      String meaning,
      Consumer<Object> taker) {
    declared.add(
        Setting.obeyed(
            name,
            form.name(),
            fallback,
            meaning,
            (draft, text) -> taker.accept(form.parser().apply(text))));
  }

  private static String defaultText(String name, SettingForm form, Object value) {
    try {
      return form.text().apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the default of the setting " + name + " cannot be used: it " + e.getMessage(), e);
    }
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
}
