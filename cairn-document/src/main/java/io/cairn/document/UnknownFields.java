// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Refuses fields that a record does not have: a value under a mistyped name would be lost without a
 * word. What is of any shape, as in a map or an Object, may have any names. Thread-safe.
 */
public final class UnknownFields {
  private static final ClassValue<PropertyDescription> DESCRIPTIONS =
      new ClassValue<>() {
        @Override
        protected PropertyDescription computeValue(Class<?> type) {
          return DescriptionReflector.describeNested(type);
        }
      };

  private UnknownFields() {}

  /**
   * Checks the fields that are to be read as a record; a class takes any.
   *
   * @param present what is stored already: fields that an earlier form of the record had may be
   *     sent as they are
   * @throws IllegalArgumentException naming the path of the field, and what may have been meant
   */
  public static void refuse(
      Class<?> type, Map<String, JsonNode> fields, Map<String, JsonNode> present) {
    Map<String, PropertyDescription> known =
        type.isRecord() ? DESCRIPTIONS.get(type).fieldDescriptions : null;
    if (known != null) {
      fields.forEach((name, value) -> check("", name, value, present.get(name), known));
    }
  }

  private static void check(
      String outer,
      String name,
      JsonNode value,
      @Nullable JsonNode present,
      Map<String, PropertyDescription> known) {
    PropertyDescription property = known.get(name);
    String path = outer.isEmpty() ? name : outer + '.' + name;
    if (property != null) {
      inside(path, value, present, property);
    } else if (present == null && !value.isNull()) {
      throw new IllegalArgumentException(
          "unknown field: "
              + path
              + NearestName.of(known.keySet().stream().sorted(), name)
                  .map(
                      near -> "; did you mean " + (outer.isEmpty() ? "" : outer + '.') + near + "?")
                  .orElse(""));
    }
  }

  private static void inside(
      String path, JsonNode value, @Nullable JsonNode present, PropertyDescription property) {
    PropertyDescription element = property.elementDescription;
    Map<String, PropertyDescription> fields = property.fieldDescriptions;
    if (value.isArray() && element != null && element.isContainer()) {
      for (int i = 0; i < value.size(); i++) {
        JsonNode before = present == null ? null : present.get(i);
        inside(path + '[' + i + ']', value.get(i), before, element);
      }
    } else if (value.isObject() && element != null && element.isContainer()) {
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        JsonNode before = present == null ? null : present.get(each.getKey());
        inside(path + '.' + each.getKey(), each.getValue(), before, element);
      }
    } else if (value.isObject() && fields != null && !fields.isEmpty()) {
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        JsonNode before = present == null ? null : present.get(each.getKey());
        check(path, each.getKey(), each.getValue(), before, fields);
      }
    }
  }
}
