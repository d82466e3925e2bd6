// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Patch, RFC 6902 (media type {@code application/json-patch+json}): add, remove, replace,
 * move, copy and test, all or nothing. Stateless.
 */
public final class JsonPatch {
  /** More operations than this in one patch are refused. */
  public static final int MAX_OPERATIONS = 10_000;

  /** So much may be copied, see {@link #bytesOf}: each {@code copy} can double a document. */
  private static final long MAX_COPIED_BYTES = 16L * 1024 * 1024;

  /** What a value takes at least in memory, in bytes; the shortest JSON is shorter. */
  private static final int LEAST_BYTES = 16;

  /** A patch that is not well formed, or does not fit the document it is applied to. */
  public static final class JsonPatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final boolean testFailed;

    JsonPatchException(String message, boolean testFailed) {
      super(message);
      this.testFailed = testFailed;
    }

    /** Tells whether a {@code test} operation found another value: a conflict, not a mistake. */
    public boolean isTestFailed() {
      return testFailed;
    }
  }

  private JsonNode document;
  private int index;
  private long copiedBytes;

  private JsonPatch(JsonNode document) {
    this.document = document;
  }

  /**
   * Applies {@code patch} to {@code target}.
   *
   * @return the result; the target is not changed
   * @throws JsonPatchException when an operation fails; it names the operation
   */
  public static JsonNode apply(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ArrayNode operations)) {
      throw new JsonPatchException("A JSON Patch is an array of operations", false);
    }
    if (operations.size() > MAX_OPERATIONS) {
      throw new JsonPatchException(
          "A JSON Patch has at most " + MAX_OPERATIONS + " operations", false);
    }
    JsonPatch run = new JsonPatch(target.deepCopy());
    for (JsonNode operation : operations) {
      run.apply(operation);
      run.index++;
    }
    return run.document;
  }

  private void apply(JsonNode operation) {
    if (!operation.isObject()) {
      throw failure("is not an object");
    }
    String path = required(operation, "path");
    switch (required(operation, "op")) {
      case "add" -> add(path, value(operation).deepCopy());
      case "remove" -> remove(path);
      case "replace" -> replace(path, value(operation).deepCopy());
      case "move" -> move(required(operation, "from"), path);
      case "copy" -> add(path, copyOf(find(required(operation, "from"))));
      case "test" -> test(path, value(operation));
      default -> throw failure("has an unknown op: " + operation.path("op").asString());
    }
  }

  private void move(String from, String path) {
    if (path.startsWith(from + "/")) {
      throw failure("moves " + from + " into itself");
    }
    JsonNode moved = find(from);
    if (!from.equals(path)) {
      remove(from);
      add(path, moved);
    }
  }

  private void test(String path, JsonNode expected) {
    if (!sameJson(find(path), expected)) {
      throw new JsonPatchException(
          "JSON Patch operation " + index + ": the value at '" + path + "' is another", true);
    }
  }

  private void add(String path, JsonNode value) {
    requireShallow(path, value);
    if (path.isEmpty()) {
      document = value;
      return;
    }
    String name = lastSegment(path);
    switch (parent(path)) {
      case ObjectNode object -> object.set(name, value);
      case ArrayNode array -> {
        int at = name.equals("-") ? array.size() : position(path, name, array.size());
        array.insert(at, value);
      }
      case JsonNode other -> throw noSuchPath(path);
    }
  }

  private void remove(String path) {
    if (path.isEmpty()) {
      throw failure("removes the whole document");
    }
    find(path);
    String name = lastSegment(path);
    switch (parent(path)) {
      case ObjectNode object -> object.remove(name);
      case ArrayNode array -> array.remove(position(path, name, array.size() - 1));
      case JsonNode other -> throw noSuchPath(path);
    }
  }

  private void replace(String path, JsonNode value) {
    requireShallow(path, value);
    if (path.isEmpty()) {
      document = value;
      return;
    }
    find(path);
    String name = lastSegment(path);
    switch (parent(path)) {
      case ObjectNode object -> object.set(name, value);
      case ArrayNode array -> array.set(position(path, name, array.size() - 1), value);
      case JsonNode other -> throw noSuchPath(path);
    }
  }

  private JsonNode copyOf(JsonNode node) {
    copiedBytes += bytesOf(node, MAX_COPIED_BYTES - copiedBytes);
    if (copiedBytes > MAX_COPIED_BYTES) {
      throw failure("copies too much: more than %,d bytes in all".formatted(MAX_COPIED_BYTES));
    }
    return node.deepCopy();
  }

  /**
   * The characters that a value is written with, and its memory; counted no further than a limit.
   */
  private static long bytesOf(JsonNode node, long limit) {
    long bytes = LEAST_BYTES;
    if (node.isString() || node.isNumber()) {
      bytes += node.asString().length();
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      bytes += entry.getKey().length() + bytesOf(entry.getValue(), limit - bytes);
      if (bytes > limit) {
        return bytes;
      }
    }
    for (int i = 0; node.isArray() && i < node.size() && bytes <= limit; i++) {
      bytes += bytesOf(node.get(i), limit - bytes);
    }
    return bytes;
  }

  /** Nothing may be nested so deep that it could not be read again. */
  private void requireShallow(String path, JsonNode value) {
    if (segments(path).size() + depthOf(value) > JsonLimits.MAX_DEPTH) {
      throw failure("nests the document deeper than " + JsonLimits.MAX_DEPTH);
    }
  }

  private static int depthOf(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node.values()) {
      deepest = Math.max(deepest, depthOf(child));
    }
    return node.isContainer() ? deepest + 1 : 0;
  }

  private JsonNode parent(String path) {
    return find(path.substring(0, path.lastIndexOf('/')));
  }

  private JsonNode find(String path) {
    JsonNode node = document;
    for (String name : segments(path)) {
      JsonNode next =
          switch (node) {
            case ObjectNode object -> object.get(name);
            case ArrayNode array -> array.get(position(path, name, array.size() - 1));
            case JsonNode other -> null;
          };
      if (next == null) {
        throw noSuchPath(path);
      }
      node = next;
    }
    return node;
  }

  private List<String> segments(String path) {
    List<String> result = new ArrayList<>();
    if (path.isEmpty()) {
      return result;
    }
    if (!path.startsWith("/")) {
      throw failure("has a path that does not start with '/': " + path);
    }
    for (String segment : path.substring(1).split("/", -1)) {
      result.add(unescape(path, segment));
    }
    return result;
  }

  private String lastSegment(String path) {
    List<String> segments = segments(path);
    return segments.get(segments.size() - 1);
  }

  private String unescape(String path, String segment) {
    if (segment.matches(".*~([^01].*|$)")) {
      throw failure("has a path with a '~' that is no escape: " + path);
    }
    return segment.replace("~1", "/").replace("~0", "~");
  }

  private int position(String path, String name, int last) {
    if (!name.matches("0|[1-9][0-9]{0,8}")) {
      throw failure("has a path with an array index that is none: " + path);
    }
    int position = Integer.parseInt(name);
    if (position > last) {
      throw noSuchPath(path);
    }
    return position;
  }

  private JsonNode value(JsonNode operation) {
    JsonNode value = operation.get("value");
    if (value == null) {
      throw failure("has no value");
    }
    return value;
  }

  private String required(JsonNode operation, String name) {
    JsonNode node = operation.get(name);
    if (node == null || !node.isString()) {
      throw failure("has no text '" + name + "'");
    }
    return node.stringValue();
  }

  private JsonPatchException failure(String problem) {
    return new JsonPatchException("JSON Patch operation " + index + " " + problem, false);
  }

  private JsonPatchException noSuchPath(String path) {
    return failure("refers to what is not there: " + path);
  }

  /** Equality as section 4.6 of the RFC defines it: numbers by value, objects in any order. */
  private static boolean sameJson(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return decimal(a).compareTo(decimal(b)) == 0;
    }
    if (a.getNodeType() != b.getNodeType() || a.size() != b.size()) {
      return false;
    }
    if (a.isArray()) {
      for (int i = 0; i < a.size(); i++) {
        if (!sameJson(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a.isObject()) {
      for (Map.Entry<String, JsonNode> entry : a.properties()) {
        JsonNode other = b.get(entry.getKey());
        if (other == null || !sameJson(entry.getValue(), other)) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }

  private static BigDecimal decimal(JsonNode number) {
    return new BigDecimal(number.asString());
  }
}
