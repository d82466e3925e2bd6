// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes and copies directories. Stateless. */
final class Directories {

  private Directories() {}

  /** Removes a directory with all in it, if it is there. */
  static void clear(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  /**
   * Copies what is in a directory, if it is there, into another: not what editors keep for
   * themselves, nor what goes while it is looked at.
   */
  static void copy(Path from, Path into) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path path : all) {
      if (!SourceWatch.isOfInterest(path)) {
        continue;
      }
      Path copy = into.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        copyFile(path, copy);
      }
    }
  }

  private static void copyFile(Path file, Path copy) throws IOException {
    try {
      Files.copy(file, copy);
    } catch (NoSuchFileException goneMeanwhile) {
      // Its removal is a change, and so is seen next.
    }
  }
}
