// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.reflection;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Sets the public fields of an object from arguments {@code --name=value} or from system properties
 * {@code -Dxenon.name=value}. What names no field is left to others; hosts read their settings by
 * {@code ServiceHost.initialize}, which refuses it. Stateless.
 */
public final class CommandLineArgumentParser {

  public static final String ARGUMENT_PREFIX = "--";
  public static final String ARGUMENT_ASSIGNMENT = "=";
  public static final String PROPERTY_PREFIX = "xenon.";

  private CommandLineArgumentParser() {}

  /** Sets fields from system properties, then from arguments. */
  public static void parse(Object target, String[] arguments) {
    parseFromProperties(target);
    parseFromArguments(target, arguments);
  }

  /** Sets fields from arguments. */
  public static void parseFromArguments(Object target, String[] arguments) {
    bindPairs(target, parsePairsFromArguments(arguments));
  }

  /** Sets fields from system properties. */
  public static void parseFromProperties(Object target) {
    bindPairs(target, parsePairsFromProperties());
  }

  /** The names and values of arguments. */
  public static Map<String, String> parsePairsFromArguments(String[] arguments) {
    Map<String, String> pairs = new HashMap<>();
    for (String argument : arguments) {
      int assignment = argument.indexOf(ARGUMENT_ASSIGNMENT);
      if (argument.startsWith(ARGUMENT_PREFIX) && assignment > 0) {
        pairs.put(
            argument.substring(ARGUMENT_PREFIX.length(), assignment),
            argument.substring(assignment + 1));
      }
    }
    return pairs;
  }

  /** The names, without their prefix, and values of system properties. */
  public static Map<String, String> parsePairsFromProperties() {
    Map<String, String> pairs = new HashMap<>();
    System.getProperties()
        .stringPropertyNames()
        .forEach(
            name -> {
              if (name.startsWith(PROPERTY_PREFIX)) {
                pairs.put(name.substring(PROPERTY_PREFIX.length()), System.getProperty(name, ""));
              }
            });
    return pairs;
  }

  /**
   * Sets the fields that the pairs name.
   *
   * @throws IllegalArgumentException for a value that its field cannot hold
   */
  public static void bindPairs(Object target, Map<String, String> pairs) {
    for (Field field : target.getClass().getFields()) {
      String value = pairs.get(field.getName());
      if (value != null
          && !Modifier.isStatic(field.getModifiers())
          && !Modifier.isFinal(field.getModifiers())) {
        bind(target, field, value);
      }
    }
  }

  private static void bind(Object target, Field field, String value) {
    try {
      field.set(target, convert(value, field.getType()));
    } catch (IllegalArgumentException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "%s cannot be %s, it is of type %s"
              .formatted(field.getName(), value, field.getType().getSimpleName()),
          e);
    }
  }

  private static Object convert(String text, Class<?> type) {
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(text)) {
          return constant;
        }
      }
      throw new IllegalArgumentException("no such constant");
    }
    return switch (type.getName()) {
      case "int", "java.lang.Integer" -> Integer.valueOf(text);
      case "long", "java.lang.Long" -> Long.valueOf(text);
      case "boolean", "java.lang.Boolean" -> Boolean.valueOf(text);
      case "double", "java.lang.Double" -> Double.valueOf(text);
      case "java.lang.String" -> text;
      case "java.nio.file.Path" -> Path.of(text);
      case "java.net.URI" -> URI.create(text);
      case "[Ljava.lang.String;" -> text.split(",", -1);
      default -> throw new IllegalArgumentException("cannot be given as text");
    };
  }
}
