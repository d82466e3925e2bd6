// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a program was given as {@code --name=value}. Not thread-safe. */
final class Arguments {

  private final Map<String, String> given = new HashMap<>();
  private final String usage;

  /** Reads arguments; complains with the usage about what has another form. */
  Arguments(String[] args, String usage) {
    this.usage = usage;
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || arg.equals("--help")) {
        throw new IllegalArgumentException(arg + " is not of the form --name=value\n" + usage);
      }
      given.put(
          equals < 0 ? arg.substring(2) : arg.substring(2, equals),
          equals < 0 ? "true" : arg.substring(equals + 1));
    }
  }

  /** Takes a value, or another if there is none. */
  String text(String name, String otherwise) {
    String value = given.remove(name);
    return value == null ? otherwise : value;
  }

  int number(String name, int otherwise) {
    return Math.toIntExact(numbers(name, Integer.toString(otherwise)).getFirst());
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(text(name, "false"));
  }

  /** Takes numbers with commas between them. */
  List<Long> numbers(String name, String otherwise) {
    String value = text(name, otherwise);
    try {
      return Stream.of(value.split(","))
          .filter(part -> !part.isEmpty())
          .map(Long::valueOf)
          .toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is no number: " + value + "\n" + usage, e);
    }
  }

  /** Complains about what nobody took. */
  void end() {
    if (!given.isEmpty()) {
      throw new IllegalArgumentException("Unknown: " + given.keySet() + "\n" + usage);
    }
  }
}
