// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Objects;

/**
 * A named value of one of the nine types. Equal if name, type and value are.
 *
 * @param name unique in its set
 * @param type what the value is
 * @param value the value
 * @param <T> the value's class
 */
public record Attribute<T>(String name, AttributeType type, T value) {

  /** Stands for an attribute that is not there; told by {@link #isUndefined}. */
  public static final Attribute<String> UNDEFINED =
      new Attribute<>("__undefined", AttributeType.STRING, "");

  /**
   * Checks that the value is of the type.
   *
   * @throws IllegalArgumentException if it is not
   */
  public Attribute {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(value, "value");
    if (!type.javaType().isInstance(value)) {
      throw new IllegalArgumentException(
          "attribute '%s' is of type %s, and its value is of type %s"
              .formatted(name, type.typeName(), value.getClass().getSimpleName()));
    }
  }

  /**
   * Makes an attribute of the type that its value has.
   *
   * @throws IllegalArgumentException if that is none of the nine
   */
  public static <T> Attribute<T> of(String name, T value) {
    return new Attribute<>(name, AttributeType.of(value), value);
  }

  /**
   * Makes an attribute from text.
   *
   * @throws IllegalArgumentException if the text is no such value
   */
  public static Attribute<?> from(String name, AttributeType type, String text) {
    return new Attribute<>(name, type, type.parse(text));
  }

  /** Tells whether this stands for no attribute. */
  public boolean isUndefined() {
    return name.equals(UNDEFINED.name);
  }
}
