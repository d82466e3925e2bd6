// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Writes a tree as YAML. Every text that could be taken for anything else stands in quotes, as in
 * JSON, of which YAML is a superset.
 */
final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_$/][A-Za-z0-9_$./{}-]*");
  private static final Pattern TAKEN =
      Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n|\\.inf|\\.nan");
  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder(4096);

  private YamlText() {}

  static String of(JsonNode tree) {
    YamlText text = new YamlText();
    text.block(tree, "");
    return text.out.toString();
  }

  private void block(JsonNode node, String indent) {
    if (node.isObject()) {
      node.properties().forEach(field -> field(field, indent));
    } else if (node.isArray()) {
      node.forEach(item -> item(item, indent));
    } else {
      out.append(indent).append(scalar(node)).append('\n');
    }
  }

  private void field(Map.Entry<String, JsonNode> field, String indent) {
    out.append(indent).append(text(field.getKey())).append(':');
    value(field.getValue(), indent);
  }

  private void value(JsonNode value, String indent) {
    if (value.isEmpty() || !value.isContainer()) {
      out.append(' ').append(scalar(value)).append('\n');
    } else {
      out.append('\n');
      block(value, indent + INDENT);
    }
  }

  /** The first field of an object stands behind the dash. */
  private void item(JsonNode item, String indent) {
    out.append(indent).append('-');
    if (!item.isObject() || item.isEmpty()) {
      value(item, indent);
      return;
    }
    Iterator<Map.Entry<String, JsonNode>> fields = item.properties().iterator();
    Map.Entry<String, JsonNode> first = fields.next();
    out.append(' ').append(text(first.getKey())).append(':');
    value(first.getValue(), indent + INDENT);
    fields.forEachRemaining(field -> field(field, indent + INDENT));
  }

  private static String scalar(JsonNode node) {
    return node.isString() ? text(node.asString()) : node.toString();
  }

  private static String text(String value) {
    return PLAIN.matcher(value).matches() && !TAKEN.matcher(value).matches()
        ? value
        : StringNode.valueOf(value).toString();
  }
}
