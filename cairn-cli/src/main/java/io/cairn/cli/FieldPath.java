// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A place inside a JSON document: {@code a.b[0].c} or {@code documents["/core/examples/one"].name}.
 * A backslash takes the next character as it is, so that {@code a\.b} is one key.
 *
 * @param steps from the outside in; empty for the document itself
 */
record FieldPath(List<Step> steps) {
  /** List indexes beyond this are refused: nobody types them, and they cost memory. */
  static final int MAX_INDEX = 9_999;

  /** One step down. */
  sealed interface Step {}

  /** Into the field of an object. */
  record Key(String name) implements Step {}

  /** Into the element of a list. */
  record Index(int position) implements Step {}

  /**
   * Reads a path; one leading dot is allowed and means nothing.
   *
   * @throws CommandFailure with usage, when the text is not a path
   */
  static FieldPath parse(String text) {
    return new FieldPath(new Parser(text).parse());
  }

  /** What stands at this place in {@code document}; null when nothing does. */
  @Nullable JsonNode find(JsonNode document) {
    JsonNode at = document;
    for (Step step : steps) {
      at =
          switch (step) {
            case Key(String name) -> at == null ? null : at.get(name);
            case Index(int position) -> at == null ? null : at.get(position);
          };
    }
    return at;
  }

  private static final class Parser {
    private final String text;
    private final List<Step> steps = new ArrayList<>();
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<Step> parse() {
      if (text.startsWith(".")) {
        at = 1;
      }
      if (at == text.length()) {
        return List.of();
      }
      while (true) {
        if (peek() == '[') {
          bracket();
        } else {
          steps.add(new Key(name()));
        }
        while (at < text.length() && peek() == '[') {
          bracket();
        }
        if (at == text.length()) {
          return List.copyOf(steps);
        }
        if (peek() != '.') {
          throw malformed("expected a dot after a bracket");
        }
        at++;
        if (at == text.length()) {
          throw malformed("it ends in a dot");
        }
      }
    }

    private char peek() {
      return text.charAt(at);
    }

    private String name() {
      StringBuilder name = new StringBuilder();
      while (at < text.length() && peek() != '.' && peek() != '[') {
        name.append(character());
      }
      if (name.isEmpty()) {
        throw malformed("a field name is empty");
      }
      return name.toString();
    }

    private char character() {
      if (peek() == '\\') {
        at++;
        if (at == text.length()) {
          throw malformed("it ends in a backslash");
        }
      }
      return text.charAt(at++);
    }

    private void bracket() {
      at++;
      if (at < text.length() && (peek() == '"' || peek() == '\'')) {
        steps.add(new Key(quoted()));
      } else {
        int end = text.indexOf(']', at);
        if (end < 0) {
          throw malformed("a bracket is not closed");
        }
        steps.add(new Index(index(text.substring(at, end))));
        at = end;
      }
      if (at >= text.length() || peek() != ']') {
        throw malformed("a bracket is not closed");
      }
      at++;
    }

    private String quoted() {
      char quote = text.charAt(at++);
      StringBuilder key = new StringBuilder();
      while (at < text.length() && peek() != quote) {
        key.append(character());
      }
      at++;
      return key.toString();
    }

    private int index(String digits) {
      if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw malformed("brackets hold a list index or a quoted key, not '" + digits + "'");
      }
      if (digits.length() > 4) {
        throw malformed("a list index is at most " + MAX_INDEX);
      }
      return Integer.parseInt(digits);
    }

    private CommandFailure malformed(String reason) {
      return CommandFailure.usage("'" + text + "' is not a field path: " + reason);
    }
  }
}
