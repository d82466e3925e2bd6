// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A small file that is replaced as a whole: after a crash it holds the old content or the new one.
 * Not safe for concurrent writers.
 */
record DurableFile(Path path) {

  byte @Nullable [] read() throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  void write(byte[] content) throws IOException {
    Path directory = directory();
    Files.createDirectories(directory);
    Path fresh = directory.resolve(path.getFileName() + ".new");
    try (FileChannel channel = FileChannel.open(fresh, CREATE, TRUNCATE_EXISTING, WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(fresh); // what does not fit must not keep others from what does
      throw e;
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    sync(directory);
  }

  void delete() throws IOException {
    if (Files.deleteIfExists(path)) {
      sync(directory());
    }
  }

  private Path directory() {
    return requireNonNull(path.toAbsolutePath().getParent(), "a file lies in a directory");
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }
}
