// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of text in aligned columns. What could upset a terminal or the columns is escaped. For one
 * thread.
 */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with a row of titles. */
  public TextTable(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row, with as many cells as there are titles. */
  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(TextTable::printable).toList());
  }

  /**
   * A text in which what could upset a terminal, or show something else than it says, is escaped.
   */
  static String printable(String cell) {
    StringBuilder text = new StringBuilder();
    cell.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                  if (Character.isISOControl(c)
                      || Character.getType(c) == Character.FORMAT
                      || Character.getType(c) == Character.LINE_SEPARATOR
                      || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                    text.append("\\u%04x".formatted(c));
                  } else {
                    text.appendCodePoint(c);
                  }
                }
              }
            });
    return text.toString();
  }

  /** Prints all rows, the titles first. */
  public void print(PrintStream out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
