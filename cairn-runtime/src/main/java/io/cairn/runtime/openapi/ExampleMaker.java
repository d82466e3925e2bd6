// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.service.validation.Constraints;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes values that fit schemas, always the same ones. What is shown as an example of a class is
 * one: it has been read as that class and held against its constraints. Confined to one call.
 */
final class ExampleMaker {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEEPEST = 5;
  private static final String TEXT = "example string";
  private static final String PAD = " and so on";
  private static final int LONGEST = 1_000;

  private final Schemas schemas;

  ExampleMaker(Schemas schemas) {
    this.schemas = schemas;
  }

  /**
   * An example of a class.
   *
   * @param without fields that are to be left out
   * @return null if none is found that the class takes
   */
  @Nullable ObjectNode of(Class<?> type, JsonNode schema, Set<String> without) {
    ObjectNode whole = fitting(type, of(schema, 0, false), without);
    return whole == null ? fitting(type, of(schema, 0, true), without) : whole;
  }

  private static @Nullable ObjectNode fitting(
      Class<?> type, @Nullable JsonNode made, Set<String> without) {
    if (!(made instanceof ObjectNode example)) {
      return null;
    }
    example.remove(without);
    try {
      Object value = DocumentJson.standard().convert(example, type);
      return Constraints.violations(value).isEmpty() ? example : null;
    } catch (RuntimeException e) {
      return null; // the class refuses it, so it is no example
    }
  }

  /** A value of a schema; null if none can be made up. */
  @Nullable JsonNode of(JsonNode schema) {
    return of(schema, 0, false);
  }

  private @Nullable JsonNode of(JsonNode given, int depth, boolean requiredOnly) {
    JsonNode schema = schemas.resolve(given);
    if (depth > DEEPEST) {
      return null;
    }
    JsonNode said = said(schema);
    if (said != null) {
      return said;
    }
    JsonNode choices = schema.has("oneOf") ? schema.get("oneOf") : schema.path("anyOf");
    if (!choices.isEmpty()) {
      return of(choices.path(0), depth, requiredOnly);
    }
    JsonNode type = schema.path("type");
    String name = (type.isArray() ? type.path(0) : type).asString("");
    return switch (name) {
      case "boolean" -> JSON.booleanNode(false);
      case "integer" -> number(schema, 0);
      case "number" -> number(schema, 2);
      case "string" -> text(schema);
      case "array" -> array(schema, depth, requiredOnly);
      case "object" -> object(schema, depth, requiredOnly);
      default -> schema.has("allOf") ? object(schema, depth, requiredOnly) : null;
    };
  }

  /** A value that the schema itself names; null if it names none. */
  private static @Nullable JsonNode said(JsonNode schema) {
    JsonNode value = schema.path("examples").get(0);
    if (value == null) {
      value = schema.get("const");
    }
    return value == null ? schema.path("enum").get(0) : value;
  }

  private static JsonNode number(JsonNode schema, int digits) {
    BigDecimal value = BigDecimal.ONE;
    BigDecimal step = digits == 0 ? BigDecimal.ONE : new BigDecimal("0.01");
    BigDecimal least = bound(schema, "minimum", "exclusiveMinimum", step);
    BigDecimal most = bound(schema, "maximum", "exclusiveMaximum", step.negate());
    if (least != null && value.compareTo(least) < 0) {
      value = least.setScale(digits, RoundingMode.CEILING);
    }
    if (most != null && value.compareTo(most) > 0) {
      value = most.setScale(digits, RoundingMode.FLOOR);
    }
    return digits == 0 ? JSON.numberNode(value.toBigInteger()) : JSON.numberNode(value);
  }

  private static @Nullable BigDecimal bound(
      JsonNode schema, String inclusive, String exclusive, BigDecimal step) {
    if (schema.has(inclusive)) {
      return schema.path(inclusive).decimalValue();
    }
    return schema.has(exclusive) ? schema.path(exclusive).decimalValue().add(step) : null;
  }

  private static @Nullable JsonNode text(JsonNode schema) {
    String value =
        switch (schema.path("format").asString("")) {
          case "uuid" -> "5f0c3a2e-9d1b-4c7a-8e6f-2b4d6a8c0e1f";
          case "date-time" -> "2026-01-01T00:00:00Z";
          case "date" -> "2026-01-01";
          case "duration" -> "PT1H";
          case "uri-reference", "uri" -> "http://localhost:8000/some/service";
          case "ipv4" -> "127.0.0.1";
          case "ipv6" -> "::1";
          case "email" -> "someone@example.com";
          default -> plain(schema);
        };
    if (schema.path("minLength").asInt(0) > LONGEST) {
      return null;
    }
    StringBuilder text = new StringBuilder(value);
    while (text.length() < schema.path("minLength").asInt(0)) {
      text.append(PAD);
    }
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    String shown = text.length() > most ? text.substring(0, most) : text.toString();
    String pattern = schema.path("pattern").asString("");
    if (!pattern.isEmpty() && !java.util.regex.Pattern.compile(pattern).matcher(shown).find()) {
      return null;
    }
    return JSON.stringNode(shown);
  }

  private static String plain(JsonNode schema) {
    if (schema.has("contentEncoding")) {
      return "AQID";
    }
    String description = schema.path("description").asString("");
    // The two forms of time that have no format of their own show it in their words.
    return description.startsWith("A date and time: ") || description.startsWith("A time of day: ")
        ? description.substring(description.indexOf(": ") + 2)
        : TEXT;
  }

  private ArrayNode array(JsonNode schema, int depth, boolean requiredOnly) {
    ArrayNode items = JSON.arrayNode();
    if (!requiredOnly || schema.path("minItems").asInt(0) > 0) {
      JsonNode item = of(schema.path("items"), depth + 1, requiredOnly);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }

  private ObjectNode object(JsonNode schema, int depth, boolean requiredOnly) {
    ObjectNode made = JSON.objectNode();
    for (JsonNode part : schema.path("allOf")) {
      if (of(part, depth, requiredOnly) instanceof ObjectNode fields) {
        made.setAll(fields);
      }
    }
    JsonNode required = schema.path("required");
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              boolean wanted = !requiredOnly || contains(required, property.getKey());
              JsonNode value =
                  wanted && !isKept(property.getKey(), property.getValue())
                      ? of(property.getValue(), depth + 1, requiredOnly)
                      : null;
              if (value != null) {
                made.set(property.getKey(), value);
              }
            });
    JsonNode values = schema.get("additionalProperties");
    if (values != null && values.isObject() && !requiredOnly) {
      JsonNode value = of(values, depth + 1, false);
      if (value != null) {
        made.set("key", value);
      }
    }
    return made;
  }

  /** What hosts fill in, or what a client says only where it means something by it. */
  private static boolean isKept(String name, JsonNode property) {
    return property.path("readOnly").asBoolean(false)
        || ServiceDocument.isBuiltInDocumentField(name);
  }

  private static boolean contains(JsonNode names, String name) {
    for (JsonNode each : names) {
      if (each.asString().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
