// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes a request's body from an input document and the fields of the command line. */
final class RequestBody {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RequestBody() {}

  /**
   * {@code input} with {@code fields} put over it; null when there is neither.
   *
   * @throws CommandFailure with usage, when a field does not fit into the document, or a list would
   *     have holes
   */
  static @Nullable JsonNode of(@Nullable JsonNode input, Map<FieldPath, JsonNode> fields) {
    if (fields.isEmpty()) {
      return input;
    }
    JsonNode root = input == null ? NODES.objectNode() : input;
    fields.forEach((path, value) -> put(root, path, value));
    requireNoHoles(root, "");
    return root;
  }

  private static void put(JsonNode root, FieldPath path, JsonNode value) {
    List<FieldPath.Step> steps = path.steps();
    JsonNode at = root;
    for (int i = 0; i < steps.size() - 1; i++) {
      JsonNode next = child(at, steps.get(i));
      if (next == null || next.isNull() || next.isMissingNode()) {
        next = emptyFor(steps.get(i + 1));
        set(at, steps.get(i), next);
      }
      at = next;
    }
    set(at, steps.getLast(), value);
  }

  private static @Nullable JsonNode child(JsonNode parent, FieldPath.Step step) {
    return switch (step) {
      case FieldPath.Key(String name) -> parent.get(name);
      case FieldPath.Index(int position) -> parent.get(position);
    };
  }

  private static JsonNode emptyFor(FieldPath.Step step) {
    return switch (step) {
      case FieldPath.Key ignored -> NODES.objectNode();
      case FieldPath.Index ignored -> NODES.arrayNode();
    };
  }

  private static void set(JsonNode parent, FieldPath.Step step, JsonNode value) {
    switch (step) {
      case FieldPath.Key(String name) -> {
        if (!(parent instanceof ObjectNode object)) {
          throw CommandFailure.usage(
              "the field '" + name + "' does not fit: what holds it is " + nameOf(parent));
        }
        object.set(name, value);
      }
      case FieldPath.Index(int position) -> {
        if (!(parent instanceof ArrayNode array)) {
          throw CommandFailure.usage(
              "the element [" + position + "] does not fit: what holds it is " + nameOf(parent));
        }
        while (array.size() <= position) {
          array.add(NODES.missingNode());
        }
        array.set(position, value);
      }
    }
  }

  /** Elements may come in any order, so that only the finished list shows what was left out. */
  private static void requireNoHoles(JsonNode node, String path) {
    if (node.isMissingNode()) {
      throw CommandFailure.usage("the list has a hole: --" + path + " is not given");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      requireNoHoles(
          field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        requireNoHoles(node.get(i), path + "[" + i + "]");
      }
    }
  }

  private static String nameOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      default -> "nothing that has parts";
    };
  }
}
