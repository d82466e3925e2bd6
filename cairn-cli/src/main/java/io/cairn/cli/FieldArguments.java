// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The arguments that are not options: what stands alone, and the fields of the body. {@code --a=b}
 * and {@code --a b} are text, {@code --a:=7} is JSON.
 *
 * @param words what is not a field, in order
 * @param fields place and value, in the order given
 */
record FieldArguments(List<String> words, Map<FieldPath, JsonNode> fields) {

  /**
   * Sorts arguments into words and fields.
   *
   * @throws CommandFailure with usage, when a field has no value or is given twice
   */
  static FieldArguments parse(List<String> arguments) {
    List<String> words = new ArrayList<>();
    Map<FieldPath, JsonNode> fields = new LinkedHashMap<>();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      if (!argument.startsWith("--")) {
        words.add(word(argument));
        continue;
      }
      int equals = valueSeparator(argument);
      if (equals >= 0) {
        add(fields, argument, equals);
      } else {
        put(fields, argument.substring(2), text(nextValue(argument, rest)));
      }
    }
    return new FieldArguments(List.copyOf(words), fields);
  }

  private static String word(String argument) {
    if (argument.length() > 1 && argument.startsWith("-")) {
      throw CommandFailure.usage("unknown option " + argument + "; --help lists them");
    }
    return argument;
  }

  private static void add(Map<FieldPath, JsonNode> fields, String argument, int equals) {
    String value = argument.substring(equals + 1);
    if (isTyped(argument, equals)) {
      String path = argument.substring(2, equals - 1);
      put(fields, path, json(path, value));
    } else {
      put(fields, argument.substring(2, equals), text(value));
    }
  }

  private static void put(Map<FieldPath, JsonNode> fields, String text, JsonNode value) {
    FieldPath path = FieldPath.parse(text);
    if (path.steps().isEmpty()) {
      throw CommandFailure.usage("'--" + text + "' names no field");
    }
    if (fields.putIfAbsent(path, value) != null) {
      throw CommandFailure.usage(
          "--%s is given twice; for a list write --%s[0]=... --%s[1]=..."
              .formatted(text, text, text));
    }
  }

  /** Where the first equals sign outside brackets and escapes stands; -1 without one. */
  private static int valueSeparator(String argument) {
    boolean bracketed = false;
    for (int i = 2; i < argument.length(); i++) {
      switch (argument.charAt(i)) {
        case '\\' -> i++;
        case '[' -> bracketed = true;
        case ']' -> bracketed = false;
        case '=' -> {
          if (!bracketed) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  private static boolean isTyped(String argument, int equals) {
    return argument.charAt(equals - 1) == ':' && argument.charAt(equals - 2) != '\\';
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.stringNode(value);
  }

  private static JsonNode json(String path, String value) {
    try {
      JsonNode node = Formats.json().readTree(value);
      if (!node.isMissingNode()) {
        return node;
      }
    } catch (JacksonException notJson) {
      // Told below, with what to write instead.
    }
    throw CommandFailure.usage(
        "--%s:=%s is not JSON; for text write --%s=%s".formatted(path, value, path, value));
  }

  private static String nextValue(String argument, Iterator<String> rest) {
    String value = rest.hasNext() ? rest.next() : "--";
    if (value.startsWith("--")) {
      throw CommandFailure.usage(
          "%s has no value; write %s=text, or %s:=true for a boolean"
              .formatted(argument, argument, argument));
    }
    return value;
  }
}
