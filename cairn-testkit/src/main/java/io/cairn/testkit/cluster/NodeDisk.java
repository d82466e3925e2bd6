// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a test does to the directory of a node behind its back: fills it up, damages a file, sets it
 * back to an earlier content. Filling it takes a small file system of its own, which takes the
 * right to mount one. Used by one thread.
 *
 * @param directory holds the node's data
 */
record NodeDisk(Path directory) {

  private static final String FILLER = "filler";
  private static final int DAMAGED_BYTES = 200;
  private static final int BLOCK = 1 << 16;

  /** Puts a file system in memory here; returns whether that was possible. */
  boolean mount(int mebibytes) {
    return run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs");
  }

  void unmount() {
    run("umount", "-l");
  }

  private boolean run(String... command) {
    try {
      Files.createDirectories(directory);
      Process process =
          new ProcessBuilder(
                  Stream.concat(Stream.of(command), Stream.of(directory.toString())).toList())
              .redirectErrorStream(true)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes all that is left of the disk. */
  void fill() {
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(directory.resolve(FILLER))) {
      for (long left = directory.toFile().getTotalSpace(); left > 0; left -= BLOCK) {
        out.write(block);
      }
    } catch (IOException full) {
      // That was the aim.
    }
  }

  /** Gives back what {@link #fill} took. */
  void empty() {
    try {
      Files.deleteIfExists(directory.resolve(FILLER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Overwrites bytes in the middle of the largest index file, if there is one; the node is down.
   */
  void damage() {
    try (Stream<Path> files = Files.walk(directory)) {
      Optional<Path> victim =
          files
              .filter(file -> file.toString().contains("/index") && Files.isRegularFile(file))
              .max(Comparator.comparingLong(file -> file.toFile().length()));
      if (victim.isPresent()) {
        try (FileChannel channel = FileChannel.open(victim.get(), StandardOpenOption.WRITE)) {
          byte[] wrong = new byte[DAMAGED_BYTES];
          java.util.Arrays.fill(wrong, (byte) 0x5a);
          channel.write(ByteBuffer.wrap(wrong), Math.max(0, channel.size() / 2 - DAMAGED_BYTES));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies what is there; the node is down. */
  void copyTo(Path target) {
    copy(directory, target);
  }

  /** Puts what was copied in the place of what is there; the node is down. */
  void setBackTo(Path copy) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> old = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : old) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    copy(copy, directory);
  }

  private static void copy(Path from, Path to) {
    try {
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectories(to.resolve(from.relativize(path).toString()));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
              Files.copy(path, to.resolve(from.relativize(path).toString()));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
