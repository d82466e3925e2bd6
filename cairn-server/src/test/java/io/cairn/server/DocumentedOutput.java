// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares what a command printed with what the page shows. In both forms {@code ...} stands for
 * anything. Of JSON the page shows fields that are there, with their texts; numbers may be others,
 * and lists may have more. Of text it shows lines that come in that order.
 */
final class DocumentedOutput {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String ANY = "...";

  private DocumentedOutput() {}

  /** Says what of a page's block is not in the output; null if all is. */
  static @Nullable String difference(String language, String shown, String printed) {
    return language.equals("json") ? ofJson(shown, printed) : ofText(shown, printed);
  }

  private static @Nullable String ofJson(String shown, String printed) {
    JsonNode expected = MAPPER.readTree(shown);
    String difference = "there is no JSON in it";
    for (String candidate : candidates(printed)) {
      try {
        JsonNode actual = MAPPER.readTree(candidate);
        difference = difference("", expected, actual);
        if (difference == null) {
          return null;
        }
      } catch (JacksonException e) {
        // A line of something else.
      }
    }
    return difference;
  }

  /** What a command prints may be one value, or some lines of which one is. */
  private static List<String> candidates(String printed) {
    return Stream.concat(
            Stream.of(printed),
            printed.lines().filter(line -> line.startsWith("{") || line.startsWith("[")))
        .toList();
  }

  private static @Nullable String difference(
      String path, JsonNode shown, @Nullable JsonNode actual) {
    if (actual == null) {
      return path + " is not there";
    }
    if (shown.isObject()) {
      for (String name : shown.propertyNames()) {
        String inside = difference(path + "/" + name, shown.get(name), actual.get(name));
        if (inside != null) {
          return inside;
        }
      }
      return actual.isObject() ? null : path + " is no object";
    }
    if (shown.isArray()) {
      for (JsonNode element : shown) {
        if (actual.valueStream().noneMatch(each -> difference(path, element, each) == null)) {
          return "%s has no element %s".formatted(path, element);
        }
      }
      return actual.isArray() ? null : path + " is no list";
    }
    boolean same =
        shown.isString()
            ? actual.isString() && matches(shown.asString(), actual.asString())
            : shown.isNumber() ? actual.isNumber() : shown.equals(actual);
    return same ? null : "%s is %s".formatted(path, actual);
  }

  private static @Nullable String ofText(String shown, String printed) {
    List<String> lines = printed.lines().map(String::strip).toList();
    int next = 0;
    for (String line : shown.lines().map(String::strip).toList()) {
      int found = next;
      while (found < lines.size() && !matches(line, lines.get(found))) {
        found++;
      }
      if (found == lines.size() && !line.isEmpty()) {
        return "there is no line " + line;
      }
      next = line.isEmpty() ? next : found + 1;
    }
    return null;
  }

  private static boolean matches(String shown, String actual) {
    String pattern =
        Pattern.compile(ANY, Pattern.LITERAL)
            .splitAsStream(shown + "\0")
            .map(part -> part.replace("\0", ""))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(pattern, Pattern.DOTALL).matcher(actual).matches();
  }
}
