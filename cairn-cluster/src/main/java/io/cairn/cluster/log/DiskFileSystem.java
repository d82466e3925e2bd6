// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The real disk. */
public final class DiskFileSystem implements LogFileSystem {

  private static final String LOCK_FILE = "lock";
  private static final int ZEROS = 1 << 20;

  private static final List<String> SHORTAGES =
      List.of("No space left on device", "Disk quota exceeded", "Too many open files");

  /** A disk with less than this is full, in whatever words a failure says so. */
  private static final long NOTHING = 16 * 1024;

  @Override
  public void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve(LOCK_FILE), CREATE, WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      throw new LogLockedException(directory, heldByThisProcess);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new LogLockedException(directory, null);
    }
    return channel;
  }

  @Override
  public LogFile allocate(Path file, long size) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, READ, WRITE);
    } catch (IOException e) {
      throw explained(file, size, e);
    }
    try {
      // Written, not only sized: the space must be there when the log needs it, and an fsync on
      // the hot path must find no new extents to journal.
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, size));
      for (long position = 0; position < size; position += zeros.limit()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - position));
        writeFully(channel, zeros, position);
      }
      channel.force(true);
      return new DiskFile(file, channel);
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file); // what does not fit must not keep others from what does
      throw explained(file, size, e);
    }
  }

  private IOException explained(Path file, long size, IOException failure) {
    return isShortage(file, failure)
        ? new NoRoomException(file, size, usable(file), failure)
        : failure;
  }

  @Override
  public long usableSpace(Path directory) {
    return usable(directory);
  }

  private static long usable(Path path) {
    Path at = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    return at == null ? 0 : at.toFile().getUsableSpace();
  }

  /**
   * Tells whether a failure is one that passes: the disk is full, a quota is used up, or the
   * process has no file descriptor left. Systems say so in words only, and in their users'
   * language.
   */
  public static boolean isShortage(Path file, IOException failure) {
    return failure instanceof NoRoomException
        || SHORTAGES.stream().anyMatch(String.valueOf(failure.getMessage())::contains)
        || isOnFullDisk(file);
  }

  /** A directory that is gone has no room either, but that does not pass. */
  private static boolean isOnFullDisk(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    return directory != null && Files.isDirectory(directory) && usable(directory) < NOTHING;
  }

  @Override
  public LogFile open(Path file) throws IOException {
    return new DiskFile(file, FileChannel.open(file, READ, WRITE));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer source, long position)
      throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  private record DiskFile(Path path, FileChannel channel) implements LogFile {

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int count = channel.read(target, position + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
      return total;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      int bytes = source.remaining();
      try {
        writeFully(channel, source, position);
      } catch (IOException e) {
        // Only a file that grows can lack room; of what lies in reserved space, a failure is one.
        throw position + bytes > channel.size() && isShortage(path, e)
            ? new NoRoomException(path, bytes, usable(path), e)
            : e;
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
