// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.reflection;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/**
 * Settings of an author's class from system properties {@code -Dxenon.Class.name=value}, with the
 * class's simple name. New code declares settings with its application. Stateless.
 */
public final class XenonConfiguration {

  private XenonConfiguration() {}

  public static String string(Class<?> owner, String name, String defaultValue) {
    return read(owner, name, defaultValue, Function.identity());
  }

  public static boolean bool(Class<?> owner, String name, boolean defaultValue) {
    return read(owner, name, defaultValue, Boolean::valueOf);
  }

  public static long number(Class<?> owner, String name, long defaultValue) {
    return read(owner, name, defaultValue, Long::valueOf);
  }

  public static int integer(Class<?> owner, String name, long defaultValue) {
    return Math.toIntExact(number(owner, name, defaultValue));
  }

  public static double decimal(Class<?> owner, String name, double defaultValue) {
    return read(owner, name, defaultValue, Double::valueOf);
  }

  /** One of the constants of an enum, whatever the case of its letters. */
  public static <T extends Enum<T>> T choice(
      Class<?> owner, String name, Class<T> type, T defaultValue) {
    return read(
        owner,
        name,
        defaultValue,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "one of " + Arrays.asList(type.getEnumConstants()))));
  }

  private static <T> T read(
      Class<?> owner, String name, T defaultValue, Function<String, T> reader) {
    String key = CommandLineArgumentParser.PROPERTY_PREFIX + owner.getSimpleName() + "." + name;
    String value = System.getProperty(key);
    if (value == null) {
      return defaultValue;
    }
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "-D%s=%s cannot be read: %s", key, value, e.getMessage()), e);
    }
  }
}
