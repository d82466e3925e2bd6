// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.xenon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The published table of imports: a name of Xenon, and what it is called here. Immutable. */
final class XenonNames {

  private static final Path TABLE = Path.of("..", "migration", "xenon-imports.tsv");

  /** Longer names first: a nested class may have moved away from its outer one. */
  private final Map<String, String> names =
      new TreeMap<>(
          Comparator.comparingInt(String::length).reversed().thenComparing(String::compareTo));

  private XenonNames() {}

  static XenonNames read() throws IOException {
    XenonNames table = new XenonNames();
    for (String line : Files.readAllLines(TABLE)) {
      String[] parts = line.split("\t", -1);
      table.names.put(parts[0], parts[1]);
    }
    return table;
  }

  /** The name here of a type of Xenon, or of any other. */
  String translate(String type) {
    for (Map.Entry<String, String> name : names.entrySet()) {
      String old = name.getKey();
      if (type.equals(old) || type.startsWith(old + ".") || type.startsWith(old + "[")) {
        return name.getValue() + type.substring(old.length());
      }
    }
    return type;
  }

  /** The names of Xenon's types that have another one here. */
  Set<String> oldNames() {
    return names.keySet();
  }
}
