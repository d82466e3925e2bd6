// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.xenon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the inventory.
 *
 * @param type a type of Xenon, nested ones with a dot
 * @param member the name of a field or method, the type's own simple name for a constructor, {@code
 *     -} for the type itself
 * @param signature modifiers, erased types with their packages, name and exceptions, as Java writes
 *     them
 * @param state what became of it
 * @param reason why, unless it works
 */
record ApiRow(String type, String member, String signature, State state, String reason) {

  /** What became of a member. */
  enum State {
    /** There, and does what it did. */
    WORKS,
    /** There, and without effect. */
    INERT,
    /** Not there, or throws {@link UnsupportedOperationException}. */
    REFUSED
  }

  private static final Path TABLE = Path.of("..", "migration", "xenon-api.tsv");
  private static final Pattern METHOD =
      Pattern.compile("(?<left>[^(]+)\\((?<parameters>[^)]*)\\)(?: throws (?<exceptions>.+))?");

  static List<ApiRow> all() throws IOException {
    List<ApiRow> rows = new ArrayList<>();
    for (String line : Files.readAllLines(TABLE)) {
      rows.add(parse(line));
    }
    return rows;
  }

  static ApiRow parse(String line) {
    String[] parts = line.split("\t", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException("five columns expected: " + line);
    }
    State state = State.valueOf(parts[3].toUpperCase(java.util.Locale.ROOT));
    return new ApiRow(parts[0], parts[1], parts[2], state, parts[4]);
  }

  boolean isType() {
    return member.equals("-");
  }

  boolean isMethod() {
    return !isType() && signature.indexOf('(') >= 0;
  }

  boolean isConstructor() {
    return isMethod()
        && type.endsWith("." + member)
        && !words().contains("void")
        && words().size() == modifiers().size() + 1;
  }

  boolean has(String modifier) {
    return modifiers().contains(modifier);
  }

  private List<String> modifiers() {
    return words().stream().filter(MODIFIERS::contains).toList();
  }

  private static final List<String> MODIFIERS =
      List.of("public", "protected", "static", "final", "abstract", "default");

  /** Modifiers, type and name. */
  private List<String> words() {
    return List.of(left().split(" "));
  }

  private String left() {
    return isMethod() ? method().group("left") : signature.replaceFirst(" = .*", "");
  }

  private Matcher method() {
    Matcher matcher = METHOD.matcher(signature);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a method: " + signature);
    }
    return matcher;
  }

  /** The type of a field, or of what a method returns. */
  String valueType() {
    return words().get(words().size() - 2);
  }

  List<String> parameters() {
    String list = method().group("parameters");
    return list.isEmpty() ? List.of() : List.of(list.replace("...", "[]").split(", "));
  }

  boolean isVariadic() {
    return method().group("parameters").endsWith("...");
  }

  List<String> exceptions() {
    String list = method().group("exceptions");
    return list == null ? List.of() : List.of(list.split(", "));
  }

  /** The text after the equals sign of a constant; empty if it has none. */
  String constant() {
    int equals = signature.indexOf(" = ");
    return isMethod() || equals < 0 ? "" : signature.substring(equals + 3);
  }
}
