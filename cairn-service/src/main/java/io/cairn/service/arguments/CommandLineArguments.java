// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.arguments;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads arguments of the form {@code --name=value} into the public fields of an object. */
public final class CommandLineArguments {

  private static final String PREFIX = "--";

  private CommandLineArguments() {}

  /**
   * Sets the fields that the arguments name.
   *
   * @throws IllegalArgumentException that names every argument that is malformed or unknown
   */
  public static void read(String[] values, Object target) {
    List<String> problems = new ArrayList<>();
    for (String value : values) {
      try {
        apply(value, target);
      } catch (IllegalArgumentException e) {
        problems.add(value + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void apply(String argument, Object target) {
    int equals = argument.indexOf('=');
    if (!argument.startsWith(PREFIX) || equals < 0) {
      throw new IllegalArgumentException("must have the form --name=value");
    }
    String name = argument.substring(PREFIX.length(), equals);
    String text = argument.substring(equals + 1);
    try {
      Field field = target.getClass().getField(name);
      if (Modifier.isStatic(field.getModifiers())) {
        throw new IllegalArgumentException("there is no such argument");
      }
      field.set(target, convert(text, field.getType()));
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException("there is no such argument", e);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException("the argument cannot be set", e);
    }
  }

  private static Object convert(String text, Class<?> type) {
    try {
      return switch (type.getName()) {
        case "int", "java.lang.Integer" -> Integer.valueOf(text);
        case "long", "java.lang.Long" -> Long.valueOf(text);
        case "boolean", "java.lang.Boolean" -> bool(text);
        case "double", "java.lang.Double" -> Double.valueOf(text);
        case "java.lang.String" -> text;
        case "java.nio.file.Path" -> Path.of(text);
        case "java.net.URI" -> URI.create(text);
        case "[Ljava.lang.String;" -> text.split(",", -1);
        default -> throw new IllegalArgumentException("cannot be given as text");
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number", e);
    }
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true", "1" -> Boolean.TRUE;
      case "false", "0" -> Boolean.FALSE;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }
}
