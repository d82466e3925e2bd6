// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many partitions a group of documents has. Decided when the first document could have been
 * written, and kept beside the data: with another number, links would be looked for in partitions
 * that they are not in.
 */
final class PartitionCount {

  private static final Logger log = LoggerFactory.getLogger(PartitionCount.class);

  private PartitionCount() {}

  /**
   * Reads the number, or decides and stores it.
   *
   * @param wanted the number for new data
   * @return the number that holds
   * @throws IOException if the number cannot be read or stored
   */
  static int establish(Path directory, String name, int wanted) throws IOException {
    Path file = directory.resolve(name + ".partitions");
    if (!Files.exists(file)) {
      Files.createDirectories(directory);
      write(file, wanted);
      return wanted;
    }
    int stored = read(file);
    if (stored != wanted) {
      log.warn(
          "The documents in {} have {} partitions since they were made; the setting {} is ignored",
          directory,
          stored,
          wanted);
    }
    return stored;
  }

  private static int read(Path file) throws IOException {
    String text = Files.readString(file).trim();
    try {
      int stored = Integer.parseInt(text);
      if (stored > 0) {
        return stored;
      }
    } catch (NumberFormatException e) {
      log.debug("{} holds no number", file, e);
    }
    throw new IOException(
        "%s should hold the number of partitions, but holds '%s'. Restore it, or write the number of"
                .formatted(file, text)
            + " the partition directories beside it into it");
  }

  private static void write(Path file, int count) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, count + "\n");
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
