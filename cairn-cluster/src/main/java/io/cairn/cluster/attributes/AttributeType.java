// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Optional;

/** What an attribute's value can be. The names are the simple names of the Java types. */
public enum AttributeType {
  BYTE("Byte", Byte.class),
  SHORT("Short", Short.class),
  INTEGER("Integer", Integer.class),
  LONG("Long", Long.class),
  CHARACTER("Character", Character.class),
  FLOAT("Float", Float.class),
  DOUBLE("Double", Double.class),
  BOOLEAN("Boolean", Boolean.class),
  STRING("String", String.class);

  private final String typeName;
  private final Class<?> javaType;

  AttributeType(String typeName, Class<?> javaType) {
    this.typeName = typeName;
    this.javaType = javaType;
  }

  /** Returns the name that is shown and sent: {@code Byte}, {@code Short} and so on. */
  public String typeName() {
    return typeName;
  }

  /** Returns the class of the values. */
  public Class<?> javaType() {
    return javaType;
  }

  /**
   * Returns the type of a value.
   *
   * @throws IllegalArgumentException if it has none of the nine types
   */
  public static AttributeType of(Object value) {
    for (AttributeType type : values()) {
      if (type.javaType.isInstance(value)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "a %s cannot be an attribute; the types are %s"
            .formatted(value.getClass().getName(), names()));
  }

  /** Returns the type of a name, whatever the case of its letters. */
  public static Optional<AttributeType> named(String name) {
    for (AttributeType type : values()) {
      if (type.typeName.equalsIgnoreCase(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Returns all names, for messages to people. */
  public static String names() {
    StringBuilder names = new StringBuilder();
    for (AttributeType type : values()) {
      names.append(names.isEmpty() ? "" : ", ").append(type.typeName);
    }
    return names.toString();
  }

  /**
   * Reads a value of this type from text, as {@link Object#toString} writes it.
   *
   * @throws IllegalArgumentException that says what is wrong, if it is none
   */
  public Object parse(String text) {
    try {
      return switch (this) {
        case BYTE -> Byte.valueOf(text);
        case SHORT -> Short.valueOf(text);
        case INTEGER -> Integer.valueOf(text);
        case LONG -> Long.valueOf(text);
        case CHARACTER -> character(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case BOOLEAN -> bool(text);
        case STRING -> text;
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no %s".formatted(text, typeName), e);
    }
  }

  private static Character character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("'%s' is no Character: it must be one".formatted(text));
    }
    return text.charAt(0);
  }

  private static Boolean bool(String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.valueOf(text);
    }
    throw new IllegalArgumentException("'%s' is no Boolean: true or false".formatted(text));
  }
}
