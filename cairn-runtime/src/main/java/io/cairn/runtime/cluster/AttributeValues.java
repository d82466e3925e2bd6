// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeType;
import io.cairn.document.DocumentJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Turns JSON into attributes' values. Numbers and booleans may also come as text, which is the only
 * way for {@code NaN} and {@code Infinity}.
 */
final class AttributeValues {

  private static final List<String> FIELDS = List.of("set", "name", "type", "value");

  /**
   * What a PUT asks for.
   *
   * @param type null if it does not say
   */
  record Wanted(@Nullable AttributeType type, JsonNode value) {

    /**
     * Makes the value. Without a type of its own it takes that of the present attribute if it can
     * be one, else the type that its JSON suggests.
     *
     * @throws IllegalArgumentException if it cannot be of the type
     */
    Object as(Attribute<?> present) {
      if (type != null) {
        return convert(type, value);
      }
      AttributeType suggested = suggest(value);
      if (!present.isUndefined() && isNumeric(suggested) && isNumeric(present.type())) {
        try {
          return convert(present.type(), value);
        } catch (IllegalArgumentException e) {
          return convert(suggested, value); // which is refused as of another type
        }
      }
      boolean character =
          !present.isUndefined()
              && present.type() == AttributeType.CHARACTER
              && suggested == AttributeType.STRING
              && value.stringValue().length() == 1;
      return convert(character ? AttributeType.CHARACTER : suggested, value);
    }
  }

  private AttributeValues() {}

  /**
   * Reads the body of a PUT: {@code {"type": "Integer", "value": 5}}, as a GET answers it.
   *
   * @throws IllegalArgumentException if it is none, or names another attribute than the path
   */
  static Wanted read(JsonNode body, String set, String name) {
    if (!body.isObject()) {
      throw new IllegalArgumentException(
          "The body must be like {\"type\": \"Integer\", \"value\": 5}");
    }
    for (String field : body.propertyNames()) {
      if (!FIELDS.contains(field)) {
        throw new IllegalArgumentException(
            "An attribute has no '%s'; it has %s".formatted(field, String.join(", ", FIELDS)));
      }
    }
    requireSame("set", body.get("set"), set);
    requireSame("name", body.get("name"), name);
    JsonNode value = body.get("value");
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("value is required, and must not be null");
    }
    if (value.isContainer()) {
      throw new IllegalArgumentException("value must be text, a number, true or false");
    }
    return new Wanted(type(body.get("type")), value);
  }

  private static void requireSame(String field, @Nullable JsonNode given, String path) {
    if (given != null && !given.isNull() && !given.asString("").equals(path)) {
      throw new IllegalArgumentException(
          "The body's %s '%s' is not that of the path, '%s'"
              .formatted(field, given.asString(""), path));
    }
  }

  private static @Nullable AttributeType type(@Nullable JsonNode type) {
    if (type == null || type.isNull()) {
      return null;
    }
    return AttributeType.named(type.asString(""))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no type %s; the types are %s"
                        .formatted(type, AttributeType.names())));
  }

  private static boolean isNumeric(AttributeType type) {
    return Number.class.isAssignableFrom(type.javaType());
  }

  private static AttributeType suggest(JsonNode value) {
    if (value.isBoolean()) {
      return AttributeType.BOOLEAN;
    }
    if (value.isString()) {
      return AttributeType.STRING;
    }
    if (!value.isIntegralNumber()) {
      return AttributeType.DOUBLE;
    }
    return value.canConvertToInt() ? AttributeType.INTEGER : AttributeType.LONG;
  }

  private static Object convert(AttributeType type, JsonNode value) {
    return switch (type) {
      case BYTE -> (byte) integral(type, value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SHORT -> (short) integral(type, value, Short.MIN_VALUE, Short.MAX_VALUE);
      case INTEGER -> (int) integral(type, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> integral(type, value, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT, DOUBLE -> fractional(type, value);
      case BOOLEAN -> value.isBoolean() ? (Object) value.booleanValue() : ofText(type, value);
      case CHARACTER, STRING -> ofText(type, value);
    };
  }

  private static long integral(AttributeType type, JsonNode value, long least, long most) {
    if (value.isString()) {
      return ((Number) type.parse(value.stringValue())).longValue();
    }
    if (!value.isIntegralNumber()) {
      throw mismatch(type, value);
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
      throw new IllegalArgumentException(
          "%s is no %s: it must be %d to %d".formatted(value, type.typeName(), least, most));
    }
    return value.longValue();
  }

  private static Object fractional(AttributeType type, JsonNode value) {
    if (value.isString()) {
      return type.parse(value.stringValue());
    }
    if (!value.isNumber()) {
      throw mismatch(type, value);
    }
    Number number = (Number) type.parse(value.asString());
    if (Double.isInfinite(number.doubleValue())) {
      throw new IllegalArgumentException(
          "%s is beyond what a %s can be".formatted(value, type.typeName()));
    }
    return number;
  }

  private static Object ofText(AttributeType type, JsonNode value) {
    if (!value.isString()) {
      throw mismatch(type, value);
    }
    return type.parse(value.stringValue());
  }

  private static IllegalArgumentException mismatch(AttributeType type, JsonNode value) {
    return new IllegalArgumentException(
        "%s is no %s".formatted(DocumentJson.standard().toJson(value), type.typeName()));
  }

  /** Returns a value as it is written in JSON. */
  static Object shown(Object value) {
    return switch (value) {
      case Float number when !Float.isFinite(number) -> number.toString();
      case Double number when !Double.isFinite(number) -> number.toString();
      case Character character -> character.toString();
      default -> value;
    };
  }
}
