// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node spec is among the arguments of a command: a word that does not begin with dashes.
 */
public enum SpecArgument {
  /** The command takes settings alone. */
  NONE,
  /** The command needs one. */
  REQUIRED,
  /** The command takes one. */
  OPTIONAL;

  /**
   * Returns those arguments that name files of applications: words that are neither settings nor a
   * spec, nor look like one that was mistyped.
   */
  public List<String> files(List<String> arguments) {
    List<String> words =
        arguments.stream().filter(word -> !word.startsWith("-")).distinct().toList();
    return words.subList(this == REQUIRED ? Math.min(1, words.size()) : 0, words.size()).stream()
        .filter(word -> Files.exists(Path.of(word)) || !word.matches(".*[:=].*"))
        .toList();
  }

  /** Arguments taken apart. */
  record Split(@Nullable NodeSpec spec, List<String> settings) {}

  /** Finds the spec, and notes what is wrong with it, or with the number of them. */
  Split split(List<String> arguments, Problems problems) {
    if (this == NONE) {
      return new Split(null, arguments);
    }
    List<String> settings = new ArrayList<>();
    List<String> words = new ArrayList<>();
    arguments.forEach(word -> (word.startsWith("--") ? settings : words).add(word));
    if (words.size() > 1) {
      problems
          .usage()
          .add("one node spec is expected, not " + words.size() + ": " + String.join(" ", words));
      words.forEach(word -> NodeSpec.parse(word, problems.usage()));
      return new Split(null, settings);
    }
    if (words.isEmpty()) {
      if (this == REQUIRED) {
        problems.usage().add("a node spec is missing: " + NodeSpec.FORMAT);
      }
      return new Split(null, settings);
    }
    int before = problems.usage().size();
    NodeSpec spec = NodeSpec.parse(words.getFirst(), problems.usage());
    return new Split(problems.usage().size() == before ? spec : null, settings);
  }
}
