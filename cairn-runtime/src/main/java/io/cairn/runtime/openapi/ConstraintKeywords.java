// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import jakarta.validation.constraints.AssertFalse;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Negative;
import jakarta.validation.constraints.NegativeOrZero;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.math.BigDecimal;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Says constraints of {@code jakarta.validation} in the words of JSON Schema. */
final class ConstraintKeywords {
  private static final String MINIMUM = "minimum";
  private static final String MAXIMUM = "maximum";

  /** What Java's regular expressions have and those of JSON Schema have not. */
  private static final java.util.regex.Pattern OF_JAVA_ALONE =
      java.util.regex.Pattern.compile("\\(\\?[^:=!]|\\\\[pPhHvVRXQEAZzG]|[*+?}]\\+|&&");

  private ConstraintKeywords() {}

  /** Whether a value must be there. */
  static boolean require(Set<Annotation> marks) {
    return marks.stream()
        .anyMatch(
            mark ->
                mark instanceof NotNull || mark instanceof NotBlank || mark instanceof NotEmpty);
  }

  /** Adds what can be said; what cannot is left to the host. */
  static void add(ObjectNode schema, Set<Annotation> marks) {
    for (Annotation mark : marks) {
      add(schema, mark);
    }
  }

  private static void add(ObjectNode schema, Annotation mark) {
    switch (mark) {
      case Min min -> schema.put(MINIMUM, min.value());
      case Max max -> schema.put(MAXIMUM, max.value());
      case DecimalMin min -> bound(schema, MINIMUM, min.value(), min.inclusive());
      case DecimalMax max -> bound(schema, MAXIMUM, max.value(), max.inclusive());
      case Positive _ -> schema.put("exclusiveMinimum", 0);
      case PositiveOrZero _ -> schema.put(MINIMUM, 0);
      case Negative _ -> schema.put("exclusiveMaximum", 0);
      case NegativeOrZero _ -> schema.put(MAXIMUM, 0);
      case Size size -> size(schema, size.min(), size.max());
      case NotEmpty _ -> size(schema, 1, Integer.MAX_VALUE);
      case NotBlank _ -> {
        size(schema, 1, Integer.MAX_VALUE);
        pattern(schema, "\\S");
      }
      case Pattern pattern when pattern.flags().length == 0 ->
          pattern(schema, "^(?:" + pattern.regexp() + ")$");
      case Email _ -> schema.put("format", "email");
      case AssertTrue _ -> schema.put("const", true);
      case AssertFalse _ -> schema.put("const", false);
      default -> {}
    }
  }

  private static void bound(ObjectNode schema, String keyword, String value, boolean inclusive) {
    String exclusive = keyword.equals(MINIMUM) ? "exclusiveMinimum" : "exclusiveMaximum";
    schema.put(inclusive ? keyword : exclusive, new BigDecimal(value));
  }

  private static void size(ObjectNode schema, int min, int max) {
    JsonNode type = schema.get("type");
    String name = type == null ? "" : (type.isArray() ? type.get(0) : type).asString();
    String what =
        switch (name) {
          case "string" -> "Length";
          case "array" -> "Items";
          case "object" -> "Properties";
          default -> "";
        };
    if (what.isEmpty()) {
      return;
    }
    JsonNode known = schema.get("min" + what);
    if (min > 0 && (known == null || known.asInt() < min)) {
      schema.put("min" + what, min);
    }
    if (max < Integer.MAX_VALUE) {
      schema.put("max" + what, max);
    }
  }

  private static void pattern(ObjectNode schema, String regex) {
    if (OF_JAVA_ALONE.matcher(regex.replace("\\\\", "")).find()) {
      return;
    }
    if (schema.has("pattern")) {
      schema.withArray("allOf").addObject().put("pattern", regex);
    } else {
      schema.put("pattern", regex);
    }
  }
}
