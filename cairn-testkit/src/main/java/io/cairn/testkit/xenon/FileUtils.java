// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.testkit.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** What tests do with the files of hosts. Stateless. */
public final class FileUtils {

  private FileUtils() {}

  /** Removes a directory with everything in it; does nothing if it is not there. */
  public static void deleteFiles(File directory) {
    if (directory.exists()) {
      TemporaryDirectory.delete(directory.toPath());
    }
  }

  /** Copies what is in a directory into another one, which is made if it is not there. */
  public static void copyFiles(File source, File target) {
    Path from = source.toPath();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.toPath().resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
