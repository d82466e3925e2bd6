// SPDX-License-Identifier: Apache-2.0
package io.cairn.wire;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Short texts that come in message after message, such as the names of replica sets: each is made
 * once and given again. A table of fixed size, where a later text displaces an earlier one.
 * Thread-safe.
 */
public final class KnownTexts {
  private static final int SIZE = 256;
  private static final int LONGEST = 64;

  private final AtomicReferenceArray<@Nullable Known> table = new AtomicReferenceArray<>(SIZE);

  /** A text and its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // compared by hand
  private record Known(byte[] bytes, String text) {}

  /** Returns the text that stands there; null if it is not known. */
  @Nullable String find(byte[] bytes, int offset, int length) {
    if (length > LONGEST) {
      return null;
    }
    Known known = table.getAcquire(slot(bytes, offset, length));
    return known != null
            && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, offset, offset + length)
        ? known.text
        : null;
  }

  /** Keeps a text for the next time. */
  void keep(byte[] bytes, int offset, int length, String text) {
    if (length <= LONGEST) {
      byte[] own = Arrays.copyOfRange(bytes, offset, offset + length);
      table.setRelease(slot(bytes, offset, length), new Known(own, text));
    }
  }

  private static int slot(byte[] bytes, int offset, int length) {
    int hash = length;
    for (int at = offset; at < offset + length; at++) {
      hash = 31 * hash + bytes[at];
    }
    return (hash ^ (hash >>> 16) ^ (hash >>> 8)) & (SIZE - 1);
  }
}
