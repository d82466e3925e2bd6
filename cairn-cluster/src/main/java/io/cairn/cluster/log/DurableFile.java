// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small file that is replaced as a whole: after a crash it holds the old content or the new one.
 * Content that people do not read can be sealed: {@code [crc32c 4][format 1][content]}. Not safe
 * for concurrent writers.
 *
 * @param path where it is
 */
public record DurableFile(Path path) {

  /** Returns the content, or null if there is no such file. */
  public byte @Nullable [] read() throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  /**
   * Returns content that was sealed, or null if there is no such file.
   *
   * @param format the only format that can be read
   * @throws MalformedException if the file is damaged
   * @throws IOException if it cannot be read, or its format is another one
   */
  public byte @Nullable [] readSealed(int format) throws IOException {
    byte[] stored = read();
    if (stored == null) {
      return null;
    }
    WireReader in = new WireReader(stored);
    int checksum = in.i32();
    byte[] sealed = in.rest();
    MalformedException.require(
        sealed.length > 0 && checksum == checksum(sealed), "its checksum is wrong");
    if (sealed[0] != format) {
      throw new IOException(
          "%s has format %d, and this Cairn reads format %d: run the Cairn that wrote it"
              .formatted(path, sealed[0], format));
    }
    return Arrays.copyOfRange(sealed, 1, sealed.length);
  }

  /** Replaces the file by sealed content. */
  public void writeSealed(int format, byte[] content) throws IOException {
    byte[] sealed = new WireWriter().u8(format).raw(content).take();
    write(new WireWriter().i32(checksum(sealed)).raw(sealed).take());
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Replaces the file; it is durable when this returns. */
  public void write(byte[] content) throws IOException {
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

  /** Deletes the file durably, if there is one. */
  public void delete() throws IOException {
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
