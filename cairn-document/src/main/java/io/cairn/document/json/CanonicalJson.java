// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.util.Arrays;

/**
 * Copies JSON into its canonical form: no white space, members of every object ordered by the bytes
 * of their names. Objects whose members are in order already, which is the usual case for maps with
 * few entries, cost no sorting. Confined to one call.
 */
public final class CanonicalJson {
  /** Tells which members of the outermost object are left out. */
  @FunctionalInterface
  public interface Exclusion {
    /** The range is that of the member's name in {@code json}, without quotes. */
    boolean test(byte[] json, int start, int end);
  }

  private final byte[] in;
  private final Exclusion exclusion;
  private final byte[] out;
  private int length;

  public CanonicalJson(byte[] in, Exclusion exclusion) {
    this.in = in;
    this.exclusion = exclusion;
    // The canonical form is never longer, except for the colon and comma bookkeeping below.
    this.out = new byte[in.length + 2];
  }

  public byte[] bytes() {
    return out;
  }

  public int length() {
    return length;
  }

  /** Copies the value at {@code pos} and returns the position behind it. */
  public int value(int pos, int depth) {
    if (depth > JsonLimits.MAX_DEPTH) {
      throw new MalformedJsonException("nested deeper than " + JsonLimits.MAX_DEPTH);
    }
    return switch (in[pos]) {
      case '{' -> object(pos, depth);
      case '[' -> array(pos, depth);
      default -> copy(pos, JsonScanner.skipValue(in, pos));
    };
  }

  private int copy(int start, int end) {
    System.arraycopy(in, start, out, length, end - start);
    length += end - start;
    return end;
  }

  private int array(int start, int depth) {
    out[length++] = '[';
    int pos = JsonScanner.skipBlanks(in, start + 1);
    while (in[pos] != ']') {
      pos = JsonScanner.skipBlanks(in, value(pos, depth + 1));
      if (in[pos] == ',') {
        out[length++] = ',';
        pos = JsonScanner.skipBlanks(in, pos + 1);
      } else if (in[pos] != ']') {
        throw new MalformedJsonException("',' or ']' expected at byte " + pos);
      }
    }
    out[length++] = ']';
    return pos + 1;
  }

  private int object(int start, int depth) {
    out[length++] = '{';
    int[] members = new int[16];
    int count = 0;
    boolean ordered = true;
    int firstMember = length;
    int pos = JsonScanner.skipBlanks(in, start + 1);
    while (in[pos] != '}') {
      int nameEnd = JsonScanner.skipString(in, pos);
      int colon = JsonScanner.skipBlanks(in, nameEnd);
      int valueStart = JsonScanner.skipBlanks(in, JsonScanner.expect(in, colon, ':'));
      if (depth == 0 && exclusion.test(in, pos + 1, nameEnd - 1)) {
        pos = JsonScanner.skipValue(in, valueStart);
      } else {
        if (count == members.length) {
          members = Arrays.copyOf(members, count * 2);
        }
        members[count] = length;
        copy(pos, nameEnd);
        out[length++] = ':';
        pos = value(valueStart, depth + 1);
        out[length++] = ',';
        ordered &= count == 0 || compareNames(members[count - 1], members[count]) <= 0;
        count++;
      }
      pos = JsonScanner.skipBlanks(in, pos);
      if (in[pos] == ',') {
        pos = JsonScanner.skipBlanks(in, pos + 1);
      } else if (in[pos] != '}') {
        throw new MalformedJsonException("',' or '}' expected at byte " + pos);
      }
    }
    if (!ordered) {
      reorder(members, count, firstMember);
    }
    // The last member's comma makes room for the bracket; an empty object has none.
    if (count > 0) {
      length--;
    }
    out[length++] = '}';
    return pos + 1;
  }

  /** Sorts the members that were copied from {@code firstMember} on; each ends with a comma. */
  private void reorder(int[] members, int count, int firstMember) {
    byte[] unordered = Arrays.copyOfRange(out, firstMember, length);
    Integer[] order = new Integer[count];
    int[] ends = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
      ends[i] = i + 1 < count ? members[i + 1] : length;
    }
    // Stable, so that the last of several members with one name stays the last.
    Arrays.sort(order, (a, b) -> compareNames(members[a], members[b]));
    int target = firstMember;
    for (int index : order) {
      int size = ends[index] - members[index];
      System.arraycopy(unordered, members[index] - firstMember, out, target, size);
      target += size;
    }
  }

  /** Compares names by their bytes; both start with a quote in {@link #out} and end with one. */
  private int compareNames(int a, int b) {
    int i = a + 1;
    int j = b + 1;
    while (out[i] == out[j]) {
      if (out[i] == '"') {
        return 0;
      }
      // An escaped quote does not end a name.
      int step = out[i] == '\\' && out[i + 1] == out[j + 1] ? 2 : 1;
      i += step;
      j += step;
    }
    boolean endsA = out[i] == '"';
    boolean endsB = out[j] == '"';
    if (endsA || endsB) {
      return Boolean.compare(endsB, endsA);
    }
    return Byte.compareUnsigned(out[i], out[j]);
  }
}
