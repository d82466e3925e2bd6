// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts results into the documentation, in the place of those before. */
public final class PerformancePage {

  private static final String BEGIN = "<!-- comparison: begin -->\n";
  private static final String END = "<!-- comparison: end -->";

  private PerformancePage() {}

  /**
   * Writes tables into a page between its marks, and charts into the directory {@code images}
   * beside it.
   */
  public static void write(Path page, Results results) throws IOException {
    List<Chart> charts = Charts.of(results);
    String text = replaced(Files.readString(page), MarkdownTables.page(results, charts));
    Path images = Files.createDirectories(page.resolveSibling("images"));
    for (Chart chart : charts) {
      Files.writeString(images.resolve(chart.file()), chart.svg());
    }
    Files.writeString(page, text);
  }

  static String replaced(String page, String results) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "The page has no lines " + BEGIN.strip() + " and " + END + " to write between");
    }
    return page.substring(0, begin + BEGIN.length()) + '\n' + results + page.substring(end);
  }
}
