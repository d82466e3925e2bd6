// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.util.Arrays;

/**
 * Copies JSON into its canonical form: no white space, members of every object ordered by the bytes
 * of their names. Objects whose members are in order already, which is the usual case for maps with
 * few entries, cost no sorting. Keeps its buffers from one text to the next. Not thread-safe.
 */
public final class CanonicalJson {
  /** Tells which members of the outermost object are left out. */
  @FunctionalInterface
  public interface Exclusion {
    /** The range is that of the member's name in {@code json}, without quotes. */
    boolean test(byte[] json, int start, int end);
  }

  private static final byte[] NONE = new byte[0];

  /** Beyond so many members a sort that moves them one by one would take too long. */
  private static final int FEW = 32;

  private byte[] in = NONE;
  private Exclusion exclusion = (json, start, end) -> false;
  private byte[] out = NONE;
  private byte[] spare = NONE;
  private int length;

  /** Where the members of the objects that are open begin in {@link #out}, the outermost first. */
  private int[] members = new int[32];

  private int memberCount;

  /**
   * Copies a text, in place of what was copied before.
   *
   * @param json a text as {@link io.cairn.document.DocumentJson} writes it
   * @param left which members of the outermost object are left out
   * @throws IndexOutOfBoundsException if the text ends too early
   */
  public void copy(byte[] json, Exclusion left) {
    in = json;
    exclusion = left;
    length = 0;
    memberCount = 0;
    // The canonical form is never longer, except for the colon and comma bookkeeping below.
    if (out.length < json.length + 2) {
      out = new byte[json.length + 2];
    }
    try {
      value(JsonScanner.skipBlanks(json, 0), 0);
    } finally {
      in = NONE;
    }
  }

  /** The canonical form, from the first byte to {@link #length}. */
  public byte[] bytes() {
    return out;
  }

  public int length() {
    return length;
  }

  /** Copies the value at {@code pos} and returns the position behind it. */
  private int value(int pos, int depth) {
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
    int first = memberCount;
    boolean ordered = true;
    int pos = JsonScanner.skipBlanks(in, start + 1);
    while (in[pos] != '}') {
      int nameEnd = JsonScanner.skipString(in, pos);
      int colon = JsonScanner.skipBlanks(in, nameEnd);
      int valueStart = JsonScanner.skipBlanks(in, JsonScanner.expect(in, colon, ':'));
      if (depth == 0 && exclusion.test(in, pos + 1, nameEnd - 1)) {
        pos = JsonScanner.skipValue(in, valueStart);
      } else {
        int member = length;
        copy(pos, nameEnd);
        out[length++] = ':';
        pos = value(valueStart, depth + 1);
        out[length++] = ',';
        ordered &= memberCount == first || compareNames(members[memberCount - 1], member) <= 0;
        note(member);
      }
      pos = JsonScanner.skipBlanks(in, pos);
      if (in[pos] == ',') {
        pos = JsonScanner.skipBlanks(in, pos + 1);
      } else if (in[pos] != '}') {
        throw new MalformedJsonException("',' or '}' expected at byte " + pos);
      }
    }
    if (!ordered) {
      reorder(first);
    }
    // The last member's comma makes room for the bracket; an empty object has none.
    if (memberCount > first) {
      length--;
    }
    memberCount = first;
    out[length++] = '}';
    return pos + 1;
  }

  private void note(int member) {
    if (memberCount == members.length) {
      members = Arrays.copyOf(members, memberCount * 2);
    }
    members[memberCount++] = member;
  }

  /** Sorts the members of the innermost object that is open; each ends with a comma. */
  private void reorder(int first) {
    int start = members[first];
    int size = length - start;
    int[] order = sorted(first);
    if (spare.length < size) {
      spare = new byte[Math.max(size, 2 * spare.length)];
    }
    System.arraycopy(out, start, spare, 0, size);
    int target = start;
    for (int index : order) {
      int end = index + 1 < memberCount ? members[index + 1] : length;
      System.arraycopy(spare, members[index] - start, out, target, end - members[index]);
      target += end - members[index];
    }
  }

  /** Stable, so that the last of several members with one name stays the last. */
  private int[] sorted(int first) {
    int count = memberCount - first;
    if (count > FEW) {
      Integer[] many = new Integer[count];
      Arrays.setAll(many, i -> first + i);
      Arrays.sort(many, (a, b) -> compareNames(members[a], members[b]));
      return Arrays.stream(many).mapToInt(Integer::intValue).toArray();
    }
    int[] few = new int[count];
    for (int i = 0; i < count; i++) {
      int at = i;
      while (at > 0 && compareNames(members[few[at - 1]], members[first + i]) > 0) {
        few[at] = few[at - 1];
        at--;
      }
      few[at] = first + i;
    }
    return few;
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
