// SPDX-License-Identifier: Apache-2.0
package io.cairn.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link WireWriter} wrote, believing nothing: whatever could not have been written is
 * refused with a {@link MalformedException}, and no length is believed before so many bytes were
 * seen to be there. Not thread-safe.
 */
public final class WireReader {
  /** What to do about a message of another version. */
  public static final String SAME_ON_ALL_NODES = "run the same version of Cairn on all nodes";

  /** The longest text where the format gives no other limit, in bytes. */
  public static final int MAX_TEXT = 1 << 20;

  private static final int LAST_SHIFT = 28;

  private final ByteBuffer buffer;

  /** Creates a reader of all the bytes. */
  public WireReader(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  private WireReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /**
   * Reads all of the bytes.
   *
   * @throws MalformedException if they are anything but what the parser expects, or it refuses one
   *     of their values with an {@link IllegalArgumentException}
   */
  public static <T> T read(byte[] bytes, Function<WireReader, T> parser) {
    WireReader in = new WireReader(bytes);
    try {
      T result = parser.apply(in);
      in.requireEnd();
      return result;
    } catch (MalformedException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedException("it has a value that makes no sense: " + e.getMessage(), e);
    }
  }

  private ByteBuffer need(int bytes) {
    if (buffer.remaining() < bytes) {
      throw new MalformedException("it ends too early");
    }
    return buffer;
  }

  /**
   * Reads the version of a format.
   *
   * @param known the only one that can be read
   * @param remedy what to do if it is another
   */
  public void version(int known, String remedy) {
    int version = u8();
    if (version != known) {
      throw new MalformedException(
          "its version is %d, and this Cairn reads version %d: %s"
              .formatted(version, known, remedy));
    }
  }

  /** Reads a byte as a number from 0 to 255. */
  public int u8() {
    return need(1).get() & 0xff;
  }

  /** Reads a byte that is 0 or 1. */
  public boolean flag() {
    int value = u8();
    if (value > 1) {
      throw new MalformedException("a flag is " + value);
    }
    return value == 1;
  }

  /** Reads two bytes. */
  public short i16() {
    return need(Short.BYTES).getShort();
  }

  /** Reads four bytes. */
  public int i32() {
    return need(Integer.BYTES).getInt();
  }

  /** Reads eight bytes. */
  public long i64() {
    return need(Long.BYTES).getLong();
  }

  /** Reads eight bytes that are no negative number, as indexes and sequence numbers are. */
  public long index() {
    long value = i64();
    if (value < 0) {
      throw new MalformedException("an index is " + value);
    }
    return value;
  }

  /** Reads a varint. A number has one form: the shortest. */
  public int number(int max) {
    int value = 0;
    for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
      int next = u8();
      if ((shift == LAST_SHIFT && next > 7) || (shift > 0 && next == 0)) {
        break;
      }
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        if (value <= max) {
          return value;
        }
        throw new MalformedException("a number is " + value + ", of at most " + max);
      }
    }
    throw new MalformedException("a number is not in its shortest form");
  }

  /** Reads how many items follow that take at least so many bytes each. */
  public int count(int max, int bytesEach) {
    int count = number(max);
    if (count > buffer.remaining() / bytesEach) {
      throw new MalformedException("it ends before its last item");
    }
    return count;
  }

  /** Reads bytes after their length. */
  public byte[] bytes(int max) {
    byte[] value = new byte[count(max, 1)];
    buffer.get(value);
    return value;
  }

  /** Reads all that is left. */
  public byte[] rest() {
    byte[] value = new byte[buffer.remaining()];
    buffer.get(value);
    return value;
  }

  /** Reads a text of at most {@link #MAX_TEXT} bytes. */
  public String text() {
    return text(MAX_TEXT);
  }

  /** Reads a text of at most so many bytes. */
  public String text(int max) {
    int length = count(max, 1);
    int offset = skip(length);
    return text(buffer.array(), offset, length);
  }

  /** As {@link #text(int)}, of a text that may have come before. */
  public String text(int max, KnownTexts known) {
    int length = count(max, 1);
    byte[] bytes = buffer.array();
    int offset = skip(length);
    String text = known.find(bytes, offset, length);
    if (text == null) {
      text = text(bytes, offset, length);
      known.keep(bytes, offset, length, text);
    }
    return text;
  }

  /** Goes on behind so many bytes, and returns where in the array they stand. */
  private int skip(int length) {
    int begin = buffer.position();
    buffer.position(begin + length);
    return buffer.arrayOffset() + begin;
  }

  private static String text(byte[] bytes, int offset, int length) {
    if (isAscii(bytes, offset, length)) {
      return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a text is not UTF-8", e);
    }
  }

  private static boolean isAscii(byte[] bytes, int offset, int length) {
    int all = 0;
    for (int at = offset; at < offset + length; at++) {
      all |= bytes[at];
    }
    return all >= 0;
  }

  /** Reads an address. */
  public URI uri() {
    String text = text();
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new MalformedException("an address is none", e);
    }
  }

  /** Reads texts. */
  public List<String> texts() {
    return items(Integer.MAX_VALUE, WireReader::text);
  }

  /** Reads names with their values; no name twice. */
  public Map<String, String> pairs() {
    Map<String, String> values = new TreeMap<>();
    for (int left = count(Integer.MAX_VALUE, 2); left > 0; left--) {
      if (values.put(text(), text()) != null) {
        throw new MalformedException("it has a name twice");
      }
    }
    return values;
  }

  /** Reads at most so many items, each of a byte at least. */
  public <T> List<T> items(int max, Function<WireReader, T> body) {
    List<T> items = new ArrayList<>();
    for (int left = count(max, 1); left > 0; left--) {
      items.add(body.apply(this));
    }
    return items;
  }

  /** Reads what may be absent. */
  public <T> @Nullable T optional(Function<WireReader, T> body) {
    return flag() ? body.apply(this) : null;
  }

  /** Returns a reader of the part that begins here, and goes on behind it. */
  public WireReader part() {
    int length = i32();
    if (length < 0) {
      throw new MalformedException("a part has " + length + " bytes");
    }
    need(length);
    WireReader part = new WireReader(buffer.slice(buffer.position(), length));
    buffer.position(buffer.position() + length);
    return part;
  }

  /** Tells whether there is more. */
  public boolean hasMore() {
    return buffer.hasRemaining();
  }

  /** Refuses what goes on behind its end. */
  public void requireEnd() {
    if (buffer.hasRemaining()) {
      throw new MalformedException("it goes on behind its end");
    }
  }
}
