// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fenced block of a page of the documentation. What a block needs to be checked stands in
 * comments between it and the text before it: {@code <!-- not run: why -->} excludes it, {@code
 * <!-- given: Type name, Type name -->} says what its Java takes for granted.
 *
 * @param line of the fence, from 1
 * @param language what the fence says
 * @param text the lines between the fences, without the fences' own indentation
 * @param excuse why it is not checked; null if it is
 * @param given declarations, separated by commas; empty if there are none
 * @param follows whether nothing but blank lines lies between it and the block before it
 */
record DocumentationBlock(
    String page,
    int line,
    String language,
    String text,
    @Nullable String excuse,
    String given,
    boolean follows) {

  static final Path ROOT = Path.of("..");

  private static final Pattern FENCE = Pattern.compile("( *)```+\\s*(.*)");
  private static final Pattern EXCUSE = Pattern.compile("\\s*<!-- not run: (.{10,}) -->\\s*");
  private static final Pattern GIVEN = Pattern.compile("\\s*<!-- given: (.+) -->\\s*");

  /** The pages that are checked. */
  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  /** The blocks of all pages. */
  static List<DocumentationBlock> all() throws IOException {
    List<DocumentationBlock> all = new ArrayList<>();
    for (Path page : pages()) {
      all.addAll(of(page));
    }
    return all;
  }

  /** The blocks of a page. */
  static List<DocumentationBlock> of(Path page) throws IOException {
    return of(String.valueOf(page.getFileName()), Files.readAllLines(page));
  }

  static List<DocumentationBlock> of(String page, List<String> lines) {
    List<DocumentationBlock> blocks = new ArrayList<>();
    String excuse = null;
    String given = "";
    boolean follows = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher fence = FENCE.matcher(line);
      Matcher excused = EXCUSE.matcher(line);
      Matcher givens = GIVEN.matcher(line);
      if (fence.matches()) {
        int end = closing(page, lines, i);
        int indent = fence.group(1).length();
        String text =
            String.join(
                "\n",
                lines.subList(i + 1, end).stream()
                    .map(inner -> inner.substring(Math.min(indent, leadingBlanks(inner))))
                    .toList());
        blocks.add(
            new DocumentationBlock(page, i + 1, fence.group(2), text, excuse, given, follows));
        i = end;
        excuse = null;
        given = "";
        follows = true;
      } else if (excused.matches()) {
        excuse = excused.group(1);
      } else if (givens.matches()) {
        given = givens.group(1);
      } else if (!line.isBlank()) {
        excuse = null;
        given = "";
        follows = false;
      }
    }
    return blocks;
  }

  private static int closing(String page, List<String> lines, int fence) {
    for (int i = fence + 1; i < lines.size(); i++) {
      if (lines.get(i).strip().equals("```")) {
        return i;
      }
    }
    throw new AssertionError("%s:%d: the block is not closed".formatted(page, fence + 1));
  }

  private static int leadingBlanks(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** Whether it is of a language, and not excluded. */
  boolean isChecked(String of) {
    return language.equals(of) && excuse == null;
  }

  /** Where a line of the block stands. */
  String at(int lineOfBlock) {
    return page + ":" + (line + lineOfBlock);
  }

  @Override
  public String toString() {
    return page + ":" + line;
  }
}
