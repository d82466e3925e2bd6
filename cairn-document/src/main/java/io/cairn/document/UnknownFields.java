// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

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
   * @param present what is stored already: fields of another form of the record may be sent with
   *     the values that they have, in lists in any item
   * @throws IllegalArgumentException naming the path of the field, and what may have been meant
   */
  public static void refuse(
      Class<?> type, Map<String, JsonNode> fields, Map<String, JsonNode> present) {
    Map<String, PropertyDescription> known = knownOf(type);
    if (known != null) {
      fields.forEach(
          (name, value) ->
              check("", name, value, () -> Stream.of(valueOrNone(present.get(name))), known));
    }
  }

  /**
   * Checks that a patch takes away no field that the record does not have: such fields are kept, so
   * that the patch would do nothing. Lists are replaced, and not looked into.
   *
   * @param next the fields that the patch leaves
   * @param present the fields that it was given
   * @throws IllegalArgumentException naming the path of the field
   */
  public static void refuseRemoval(
      Class<?> type, Map<String, JsonNode> next, Map<String, JsonNode> present) {
    Map<String, PropertyDescription> known = knownOf(type);
    if (known != null) {
      present.forEach(
          (name, value) -> checkKept(name, value, valueOrNone(next.get(name)), known.get(name)));
    }
  }

  private static @Nullable Map<String, PropertyDescription> knownOf(Class<?> type) {
    return type.isRecord() ? DESCRIPTIONS.get(type).fieldDescriptions : null;
  }

  private static JsonNode valueOrNone(@Nullable JsonNode value) {
    return value == null ? MissingNode.getInstance() : value;
  }

  private static void checkKept(
      String path, JsonNode before, JsonNode after, @Nullable PropertyDescription property) {
    if (property == null) {
      if (!before.isNull() && after.isMissingNode()) {
        throw unknownButStored(path);
      }
      return;
    }
    PropertyDescription element = property.elementDescription;
    Map<String, PropertyDescription> fields = property.fieldDescriptions;
    if (!before.isObject() || !after.isObject()) {
      return;
    }
    for (Map.Entry<String, JsonNode> each : before.properties()) {
      String name = each.getKey();
      if (element != null) {
        if (element.isContainer() && after.has(name)) {
          checkKept(path + '.' + name, each.getValue(), after.path(name), element);
        }
      } else if (fields != null && !fields.isEmpty()) {
        checkKept(path + '.' + name, each.getValue(), after.path(name), fields.get(name));
      }
    }
  }

  private static void check(
      String outer,
      String name,
      JsonNode value,
      Supplier<Stream<JsonNode>> present,
      Map<String, PropertyDescription> known) {
    PropertyDescription property = known.get(name);
    String path = outer.isEmpty() ? name : outer + '.' + name;
    if (property != null) {
      inside(path, value, present, property);
    } else if (present.get().noneMatch(stored -> isSame(value, stored))) {
      if (present.get().anyMatch(stored -> !isNothing(stored))) {
        throw unknownButStored(path);
      }
      throw new IllegalArgumentException(
          "unknown field: "
              + path
              + NearestName.of(known.keySet().stream().sorted(), name)
                  .map(
                      near -> "; did you mean " + (outer.isEmpty() ? "" : outer + '.') + near + "?")
                  .orElse(""));
    }
  }

  private static IllegalArgumentException unknownButStored(String path) {
    return new IllegalArgumentException(
        "unknown field: "
            + path
            + "; another version of the application has stored it, and this one keeps it as it is:"
            + " leave it out, or send the stored value");
  }

  private static boolean isSame(JsonNode value, JsonNode stored) {
    return value.equals(stored) || (isNothing(value) && isNothing(stored));
  }

  private static boolean isNothing(JsonNode value) {
    return value.isNull() || value.isMissingNode();
  }

  private static void inside(
      String path,
      JsonNode value,
      Supplier<Stream<JsonNode>> present,
      PropertyDescription property) {
    PropertyDescription element = property.elementDescription;
    if (value.isArray() && element != null && element.isContainer()) {
      // Items have no names: each may be any of those stored, or a new one.
      Supplier<Stream<JsonNode>> items =
          () ->
              Stream.concat(
                  present.get().flatMap(JsonNode::valueStream),
                  Stream.of(MissingNode.getInstance()));
      for (int i = 0; i < value.size(); i++) {
        inside(path + '[' + i + ']', value.get(i), items, element);
      }
    } else if (value.isObject() && element != null && element.isContainer()) {
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        String key = each.getKey();
        inside(path + '.' + key, each.getValue(), member(present, key), element);
      }
    } else if (value.isObject()) {
      Map<String, PropertyDescription> fields = fieldsOf(property, value);
      if (!fields.isEmpty()) {
        for (Map.Entry<String, JsonNode> each : value.properties()) {
          String name = each.getKey();
          check(path, name, each.getValue(), member(present, name), fields);
        }
      }
    }
  }

  private static Supplier<Stream<JsonNode>> member(
      Supplier<Stream<JsonNode>> objects, String name) {
    return () -> objects.get().map(object -> object.path(name));
  }

  /** What an object may have; one of a sealed type, what the type has that it names. */
  private static Map<String, PropertyDescription> fieldsOf(
      PropertyDescription property, JsonNode value) {
    Map<String, PropertyDescription> all =
        property.fieldDescriptions == null ? Map.of() : property.fieldDescriptions;
    String typeProperty = property.typeProperty;
    PropertyDescription type =
        property.types == null || typeProperty == null
            ? null
            : property.types.get(value.path(typeProperty).asString(""));
    Map<String, PropertyDescription> own = type == null ? null : type.fieldDescriptions;
    PropertyDescription discriminator = typeProperty == null ? null : all.get(typeProperty);
    if (own == null || own.isEmpty() || typeProperty == null || discriminator == null) {
      return all;
    }
    Map<String, PropertyDescription> fields = new HashMap<>(own);
    fields.put(typeProperty, discriminator);
    return fields;
  }
}
