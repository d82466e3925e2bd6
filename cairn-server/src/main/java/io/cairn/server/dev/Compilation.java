// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What became of compiling a project. */
sealed interface Compilation {

  /**
   * All of it compiles.
   *
   * @param classes where the class files are
   * @param sources how many files were compiled
   */
  record Compiled(Path classes, int sources) implements Compilation {}

  /** Something does not; there is at least one problem. */
  record Broken(List<Problem> problems) implements Compilation {

    /** The problems as a compiler prints them, one or more lines each. */
    String text() {
      return problems.stream().map(Problem::text).collect(Collectors.joining("\n"));
    }
  }

  /**
   * One thing that the compiler complains about.
   *
   * @param place the file, from the project's directory on, and the line; empty if it has none
   * @param message what is wrong
   * @param line the line of the source, and below it where; empty if it has none
   */
  record Problem(String place, String message, String line) {
    String text() {
      return (place.isEmpty() ? "" : place + ": ") + message + (line.isEmpty() ? "" : "\n" + line);
    }
  }
}
