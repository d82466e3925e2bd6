// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts results into the documentation, in the place of those before. */
public final class PerformancePage {

  private PerformancePage() {}

  /** A part of the page that one program writes, between marks of its own. */
  public enum Section {
    /** Updates and reads beside other systems. */
    PEERS("comparison") {
      @Override
      public List<Goal.Row> goals(Results results) {
        return Goals.rows(results);
      }

      @Override
      List<Chart> charts(Results results) {
        return Charts.of(results);
      }
    },
    /** Queries and watchers. */
    QUERIES("queries") {
      @Override
      public List<Goal.Row> goals(Results results) {
        return QueryGoals.rows(results);
      }

      @Override
      List<Chart> charts(Results results) {
        return List.of();
      }
    },
    /** What authorization costs. */
    SECURITY("security") {
      @Override
      public List<Goal.Row> goals(Results results) {
        return SecurityGoals.rows(results);
      }

      @Override
      List<Chart> charts(Results results) {
        return List.of();
      }
    };

    private final String mark;

    Section(String mark) {
      this.mark = mark;
    }

    /** What is to be reached, and what was. */
    public abstract List<Goal.Row> goals(Results results);

    abstract List<Chart> charts(Results results);

    private String begin() {
      return "<!-- " + mark + ": begin -->\n";
    }

    private String end() {
      return "<!-- " + mark + ": end -->";
    }
  }

  /**
   * Writes tables into a page between the marks of a section, and its charts into the directory
   * {@code images} beside it.
   */
  public static void write(Path page, Results results, Section section) throws IOException {
    List<Chart> charts = section.charts(results);
    String tables = MarkdownTables.page(results, section.goals(results), charts);
    String text = replaced(Files.readString(page), tables, section);
    for (Chart chart : charts) {
      Path images = Files.createDirectories(page.resolveSibling("images"));
      Files.writeString(images.resolve(chart.file()), chart.svg());
    }
    Files.writeString(page, text);
  }

  static String replaced(String page, String results, Section section) {
    int begin = page.indexOf(section.begin());
    int end = page.indexOf(section.end());
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "The page has no lines "
              + section.begin().strip()
              + " and "
              + section.end()
              + " to write between");
    }
    return page.substring(0, begin + section.begin().length())
        + '\n'
        + results
        + page.substring(end);
  }
}
