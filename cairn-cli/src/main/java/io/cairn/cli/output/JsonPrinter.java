// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.output;

import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Writes JSON for people: two spaces a level, and colours where they are wanted. */
public final class JsonPrinter {
  private static final String KEY = "\u001b[34m";
  private static final String TEXT = "\u001b[32m";
  private static final String NUMBER = "\u001b[36m";
  private static final String CONSTANT = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  private final StringBuilder out = new StringBuilder();
  private final boolean coloured;

  private JsonPrinter(boolean coloured) {
    this.coloured = coloured;
  }

  /** {@code node} on several lines, without a last line break. */
  public static String print(JsonNode node, boolean coloured) {
    JsonPrinter printer = new JsonPrinter(coloured);
    printer.value(node, 0);
    return printer.out.toString();
  }

  private void value(JsonNode node, int depth) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node, depth);
      case ARRAY -> list(node, depth);
      case STRING -> scalar(TEXT, node.toString());
      case NUMBER -> scalar(NUMBER, node.toString());
      default -> scalar(CONSTANT, node.toString());
    }
  }

  private void object(JsonNode node, int depth) {
    if (node.isEmpty()) {
      out.append("{}");
      return;
    }
    out.append('{');
    Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      newLine(depth + 1);
      scalar(KEY, Formats.json().writeValueAsString(field.getKey()));
      out.append(": ");
      value(field.getValue(), depth + 1);
      out.append(fields.hasNext() ? "," : "");
    }
    newLine(depth);
    out.append('}');
  }

  private void list(JsonNode node, int depth) {
    if (node.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int i = 0; i < node.size(); i++) {
      newLine(depth + 1);
      value(node.get(i), depth + 1);
      out.append(i + 1 < node.size() ? "," : "");
    }
    newLine(depth);
    out.append(']');
  }

  private void newLine(int depth) {
    out.append('\n').repeat("  ", depth);
  }

  private void scalar(String colour, String text) {
    if (coloured) {
      out.append(colour).append(text).append(PLAIN);
    } else {
      out.append(text);
    }
  }
}
