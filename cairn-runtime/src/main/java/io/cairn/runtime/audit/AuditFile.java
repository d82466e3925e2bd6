// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The records of a host as lines of JSON: the newest in {@code audit.jsonl}, older ones in {@code
 * audit-N.jsonl}, in a directory that only the host's own user can read. All files together are
 * bounded, the oldest goes first. It also knows up to where the group has taken the records, across
 * restarts. Thread-safe.
 */
public final class AuditFile implements AutoCloseable {

  /** The name of the directory in that of the host. */
  public static final String DIRECTORY = "audit";

  static final String CURRENT = "audit.jsonl";
  private static final String DELIVERED = "delivered";
  private static final Pattern OLDER = Pattern.compile("audit-(\\d{1,18})\\.jsonl");
  private static final int FILES = 8;
  private static final int CHUNK = 256 << 10;

  private final Path directory;
  private final long limit;
  private final boolean posix;
  private final TreeMap<Long, Path> older = new TreeMap<>();
  private FileChannel channel;
  private boolean closed;
  private long number;
  private Position delivered;

  /**
   * A place in the records.
   *
   * @param file the number of a file
   * @param offset in bytes
   */
  record Position(long file, long offset) {}

  /**
   * Some records that follow each other.
   *
   * @param lines without the ends of lines; none if there are no more
   * @param end where the next begins
   */
  record Chunk(List<String> lines, Position end) {}

  /**
   * Goes on where the last life of the host has ended.
   *
   * @param limit how many bytes all files hold together
   * @throws IOException if the files cannot be made or read
   */
  public AuditFile(Path directory, long limit) throws IOException {
    this.directory = directory;
    this.limit = limit;
    this.posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createDirectories(directory, rights("rwx------"));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = OLDER.matcher(file.getFileName().toString());
        if (name.matches()) {
          older.put(Long.parseLong(name.group(1)), file);
        }
      }
    }
    Position known = readDelivered();
    this.number = Math.max(older.isEmpty() ? 1 : older.lastKey() + 1, known.file());
    this.channel = open(current());
    long first = older.isEmpty() ? number : older.firstKey();
    this.delivered = known.file() < first ? new Position(first, 0) : known;
    endTornLine();
  }

  private FileAttribute<?>[] rights(String rights) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  private FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
        rights("rw-------"));
  }

  private Path current() {
    return directory.resolve(CURRENT);
  }

  /**
   * What a host was writing when it was killed is no record; the next begins on a line of its own.
   */
  private void endTornLine() throws IOException {
    long size = channel.size();
    if (size == 0) {
      return;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel reader = FileChannel.open(current(), StandardOpenOption.READ)) {
      var _ = reader.read(last, size - 1);
    }
    if (last.get(0) != '\n') {
      write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes);
    }
  }

  /**
   * Adds lines. After a failure, none or some of them are there.
   *
   * @return how many records had to go that the group had not taken yet
   * @throws IOException if they cannot be written
   */
  public synchronized long append(List<String> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    ensureOpen();
    long missed =
        channel.size() > 0 && channel.size() + bytes.length > limit / FILES ? rotate() : 0;
    long before = channel.size();
    try {
      write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      var _ = channel.truncate(before);
      throw e;
    }
    return missed;
  }

  /**
   * Goes on where a rotation got no further, as on a full disk, and when somebody has taken the
   * file away.
   */
  private void ensureOpen() throws IOException {
    if (channel.isOpen() && Files.notExists(current())) {
      number++;
      channel.close();
    }
    if (!channel.isOpen() && !closed) {
      channel = open(current());
    }
  }

  private long rotate() throws IOException {
    Path full = directory.resolve("audit-%d.jsonl".formatted(number));
    Files.move(current(), full, StandardCopyOption.ATOMIC_MOVE);
    older.put(number, full);
    number++;
    channel.close();
    channel = open(current());
    long missed = 0;
    while (older.size() >= FILES) {
      long oldest = older.firstKey();
      if (delivered.file() <= oldest) {
        missed +=
            linesFrom(new Position(oldest, delivered.file() < oldest ? 0 : delivered.offset()));
        delivered(new Position(oldest + 1, 0));
      }
      Files.deleteIfExists(older.remove(oldest));
    }
    return missed;
  }

  private long linesFrom(Position from) throws IOException {
    long lines = 0;
    Chunk chunk = read(from, Integer.MAX_VALUE);
    while (!chunk.lines().isEmpty()) {
      lines += chunk.lines().size();
      chunk = read(chunk.end(), Integer.MAX_VALUE);
    }
    return lines;
  }

  /**
   * The records that the group has not taken yet, the oldest first.
   *
   * @param most how many
   */
  synchronized Chunk next(int most) throws IOException {
    Chunk chunk = read(delivered, most);
    while (chunk.lines().isEmpty() && chunk.end().file() < number) {
      Long following = older.higherKey(chunk.end().file());
      delivered(new Position(following == null ? number : following, 0));
      chunk = read(delivered, most);
    }
    return chunk;
  }

  /** Reads whole lines of one file. */
  private Chunk read(Position from, int most) throws IOException {
    Path file = from.file() == number ? current() : older.get(from.file());
    List<String> lines = new ArrayList<>();
    if (file == null) {
      return new Chunk(lines, from);
    }
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
      if (from.offset() > reader.size()) {
        return read(new Position(from.file(), 0), most); // somebody has emptied it
      }
      int read = reader.read(bytes, from.offset());
      while (read > 0 && bytes.hasRemaining()) {
        read = reader.read(bytes, from.offset() + bytes.position());
      }
    } catch (NoSuchFileException e) {
      return new Chunk(lines, from);
    }
    int begin = 0;
    for (int at = 0; at < bytes.position() && lines.size() < most; at++) {
      if (bytes.get(at) == '\n') {
        lines.add(new String(bytes.array(), begin, at - begin, StandardCharsets.UTF_8));
        begin = at + 1;
      }
    }
    if (lines.isEmpty() && !bytes.hasRemaining()) {
      lines.add(
          ""); // no record is so long: a disk that lost power has left that, it is passed over
      begin = bytes.position();
    }
    return new Chunk(lines, new Position(from.file(), from.offset() + begin));
  }

  /** Notes that the group has all records before a place. */
  synchronized void delivered(Position end) throws IOException {
    if (end.file() < delivered.file()
        || (end.file() == delivered.file() && end.offset() < delivered.offset())) {
      return; // the file has gone on meanwhile
    }
    delivered = end;
    Path draft = directory.resolve(DELIVERED + ".draft");
    Files.deleteIfExists(draft);
    Files.createFile(draft, rights("rw-------"));
    Files.writeString(draft, end.file() + " " + end.offset() + "\n", StandardCharsets.US_ASCII);
    Files.move(
        draft,
        directory.resolve(DELIVERED),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private Position readDelivered() throws IOException {
    try {
      String[] words =
          Files.readString(directory.resolve(DELIVERED), StandardCharsets.US_ASCII)
              .strip()
              .split(" ", -1);
      return new Position(Long.parseLong(words[0]), Long.parseLong(words[1]));
    } catch (NoSuchFileException
        | CharacterCodingException
        | NumberFormatException
        | IndexOutOfBoundsException e) {
      return new Position(0, 0); // what the group has already is the same when it gets it again
    }
  }

  /** Whether the group has taken all records. */
  synchronized boolean isDelivered() throws IOException {
    return next(1).lines().isEmpty();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
