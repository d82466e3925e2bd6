// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import io.cairn.document.ServiceDocument;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of stored documents that the present class knows under another name, has given up, or
 * does not know. Stateless.
 */
final class StoredFields {
  /** The place of a list's items and of a map's values in the path of a field. */
  private static final String ITEMS = "[]";

  private StoredFields() {}

  /** Moves what stands under former names, drops what the class gave up; tells whether it did. */
  static boolean rename(ObjectNode object, FieldSchema schema) {
    boolean changed = false;
    for (String name : schema.removed()) {
      changed |= object.remove(name) != null;
    }
    for (Map.Entry<String, FieldSchema> field : schema.fields().entrySet()) {
      for (String former : field.getValue().formerNames()) {
        JsonNode value = object.remove(former);
        if (value != null) {
          changed = true;
          if (!object.hasNonNull(field.getKey())) {
            object.set(field.getKey(), value);
          }
        }
      }
      changed |= renameIn(object.get(field.getKey()), field.getValue());
    }
    return changed;
  }

  private static boolean renameIn(@Nullable JsonNode value, FieldSchema schema) {
    boolean changed = false;
    FieldSchema items = schema.items();
    if (items != null && value != null) {
      for (JsonNode item : value.values()) {
        changed |= renameIn(item, items);
      }
    } else if (value instanceof ObjectNode inner && !schema.fields().isEmpty()) {
      changed = rename(inner, schema);
    }
    return changed;
  }

  /** Whether an object has, at any depth, a field that its class does not know. */
  static boolean hasUnknown(ObjectNode object, FieldSchema schema, boolean document) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      FieldSchema known = schema.fields().get(member.getKey());
      if (known == null
          ? !(document && ServiceDocument.isBuiltInDocumentField(member.getKey()))
          : hasUnknown(member.getValue(), known)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasUnknown(JsonNode value, FieldSchema schema) {
    FieldSchema items = schema.items();
    if (items != null && !items.fields().isEmpty()) {
      return value.valueStream().anyMatch(item -> hasUnknown(item, items));
    }
    return value instanceof ObjectNode inner
        && !schema.fields().isEmpty()
        && hasUnknown(inner, schema, false);
  }

  /** Copies into an object what an earlier form of it has and the class does not know. */
  static void keep(ObjectNode before, ObjectNode after, FieldSchema schema, boolean document) {
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      String name = member.getKey();
      FieldSchema known = schema.fields().get(name);
      JsonNode now = after.get(name);
      if (known == null) {
        boolean builtIn = document && ServiceDocument.isBuiltInDocumentField(name);
        if (!builtIn && now == null) {
          after.set(name, member.getValue());
        }
      } else if (now != null) {
        keepIn(member.getValue(), now, known);
      }
    }
  }

  private static void keepIn(JsonNode before, JsonNode after, FieldSchema schema) {
    FieldSchema items = schema.items();
    if (before instanceof ArrayNode old && after instanceof ArrayNode now && items != null) {
      keepInItems(old, now, items);
    } else if (before instanceof ObjectNode old && after instanceof ObjectNode now) {
      if (items != null) {
        old.properties()
            .forEach(
                entry -> {
                  JsonNode same = now.get(entry.getKey());
                  if (same != null) {
                    keepIn(entry.getValue(), same, items);
                  }
                });
      } else if (!schema.fields().isEmpty()) {
        keep(old, now, schema, false);
      }
    }
  }

  /** Items have no names: one that the update left as it was is the same one. */
  private static void keepInItems(ArrayNode before, ArrayNode after, FieldSchema items) {
    if (items.fields().isEmpty()) {
      return;
    }
    Map<JsonNode, Deque<JsonNode>> left = new HashMap<>();
    for (JsonNode old : before.values()) {
      left.computeIfAbsent(known(old, items), _ -> new ArrayDeque<>()).add(old);
    }
    for (int i = 0; i < after.size(); i++) {
      Deque<JsonNode> same = left.get(after.get(i));
      JsonNode old = same == null ? null : same.poll();
      if (old != null) {
        after.set(i, old);
      }
    }
  }

  /** A copy without what the class does not know. */
  private static JsonNode known(JsonNode value, FieldSchema schema) {
    JsonNode copy = value.deepCopy();
    strip(copy, schema);
    return copy;
  }

  private static void strip(JsonNode value, FieldSchema schema) {
    FieldSchema items = schema.items();
    if (items != null) {
      value.values().forEach(item -> strip(item, items));
    } else if (value instanceof ObjectNode object && !schema.fields().isEmpty()) {
      object.retain(schema.fields().keySet());
      object
          .properties()
          .forEach(
              member -> {
                FieldSchema field = schema.fields().get(member.getKey());
                if (field != null) {
                  strip(member.getValue(), field);
                }
              });
    }
  }

  /** What stands at the path of a field, as {@link SchemaChange#field} gives it. */
  static List<JsonNode> at(JsonNode document, String path) {
    List<JsonNode> found = List.of(document);
    for (String step : path.replace(ITEMS, "." + ITEMS).split("\\.", -1)) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : found) {
        if (step.equals(ITEMS)) {
          next.addAll(node.values());
        } else if (node.get(step) != null) {
          next.add(node.get(step));
        }
      }
      found = next;
    }
    return found.stream().filter(node -> !node.isNull()).toList();
  }

  /** The names that stored documents may have and that the class gave up or replaced. */
  static void oldNames(FieldSchema schema, Set<String> names) {
    names.addAll(schema.removed());
    names.addAll(schema.formerNames());
    schema.fields().values().forEach(field -> oldNames(field, names));
    FieldSchema items = schema.items();
    if (items != null) {
      oldNames(items, names);
    }
  }
}
