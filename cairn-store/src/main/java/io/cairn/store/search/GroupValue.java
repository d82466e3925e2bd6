// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.Numbers;
import java.math.BigDecimal;
import java.util.Objects;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * What the documents of one group have in common: a number, a text, or that they have no value.
 * Equal numbers are equal values, whatever form they are indexed in. In order numbers come first,
 * by size, then texts, by their bytes, and what has no value comes last. Immutable, but for the
 * bytes that a reader may use again: see {@link #owned}.
 *
 * @param number Long where the number is one, else Double where it is one, else BigDecimal
 */
public record GroupValue(@Nullable Number number, @Nullable BytesRef text)
    implements Comparable<GroupValue> {
  /** What documents without a value have in common. */
  public static final GroupValue NONE = new GroupValue(null, null);

  /** Numbers of more digits than that before the point are written with an exponent. */
  private static final int PLAIN_DIGITS = 20;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double LONGS_END = 0x1p63;
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  /** A text. */
  public static GroupValue of(BytesRef text) {
    return new GroupValue(null, text);
  }

  /** A whole number, or a time in microseconds. */
  public static GroupValue of(long number) {
    return new GroupValue(number, null);
  }

  /** A number, whole or not. */
  public static GroupValue of(double number) {
    boolean whole = number == Math.rint(number) && number >= -LONGS_END && number < LONGS_END;
    return whole ? of((long) number) : new GroupValue(number, null);
  }

  /** A number of any size. */
  public static GroupValue of(BigDecimal number) {
    BigDecimal plain = number.stripTrailingZeros();
    if (plain.scale() <= 0 && plain.compareTo(MIN_LONG) >= 0 && plain.compareTo(MAX_LONG) <= 0) {
      return of(plain.longValue());
    }
    double nearest = number.doubleValue();
    boolean isDouble = Double.isFinite(nearest) && Numbers.exact(nearest).compareTo(number) == 0;
    return isDouble ? of(nearest) : new GroupValue(plain, null);
  }

  /** A text in UTF-8. */
  public static GroupValue ofText(byte[] utf8) {
    return of(new BytesRef(utf8));
  }

  /** The bytes of a text; null of anything else. */
  public byte @Nullable [] utf8() {
    return text == null ? null : BytesRef.deepCopyOf(text).bytes;
  }

  /** As an answer shows it: a text or a number. */
  public Object shown() {
    if (text != null) {
      return text.utf8ToString();
    }
    return number instanceof Double beyond && beyond.isInfinite()
        ? Numbers.exact(beyond)
        : Objects.requireNonNull(number, "what has no value is not shown");
  }

  /** A hash of 64 bits, the same on every node; different whole numbers have different ones. */
  public long hash64() {
    return switch (number) {
      case Long whole -> mixed(whole);
      case Double fraction -> mixed(Double.doubleToLongBits(fraction) ^ GOLDEN);
      case null -> text == null ? 0 : StringHelper.murmurhash3_x64_128(text)[0];
      default -> StringHelper.murmurhash3_x64_128(new BytesRef(number.toString()))[1];
    };
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014), which is a bijection. */
  private static long mixed(long bits) {
    long mixed = bits + GOLDEN;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** The same value with bytes of its own. */
  public GroupValue owned() {
    return text == null ? this : of(BytesRef.deepCopyOf(text));
  }

  /** How many bytes of memory it takes beside itself. */
  public int weight() {
    return text == null ? Double.BYTES : text.length;
  }

  /**
   * The name of the group, of which {@link Numbers} reads the same number.
   *
   * @param type as which the property is asked for: a DOUBLE has a point
   */
  String name(@Nullable TypeName type) {
    if (text != null) {
      return text.utf8ToString();
    }
    if (number == null) {
      return SearchGroups.WITHOUT_VALUE;
    }
    if (type == TypeName.DOUBLE && !(number instanceof BigDecimal)) {
      double nearest = number.doubleValue();
      if (Double.isFinite(nearest) && of(nearest).equals(this)) {
        return Double.toString(nearest);
      }
    }
    BigDecimal exact = Numbers.exact(number).stripTrailingZeros();
    boolean plain = exact.scale() <= 0 && exact.precision() - exact.scale() <= PLAIN_DIGITS;
    return plain ? exact.toPlainString() : exact.toString();
  }

  @Override
  public int compareTo(GroupValue other) {
    int order = Integer.compare(rank(), other.rank());
    if (order != 0) {
      return order;
    }
    if (number instanceof Long mine && other.number instanceof Long theirs) {
      return Long.compare(mine, theirs);
    }
    if (number != null && other.number != null) {
      return Numbers.exact(number).compareTo(Numbers.exact(other.number));
    }
    return text != null && other.text != null ? text.compareTo(other.text) : 0;
  }

  private int rank() {
    if (number != null) {
      return 0;
    }
    return text != null ? 1 : 2;
  }
}
