// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Exact tokens that Lucene can hold. A term may have 32,766 bytes; a longer value is indexed, and
 * looked for, as its first {@value #KEPT} characters followed by the SHA-256 of the whole: equality
 * stays exact, a prefix of up to {@value #KEPT} characters still matches.
 */
public final class ExactToken {
  private static final int MAX_BYTES = 32_766;
  private static final int KEPT = 2_000;

  /** Sorting looks at no more characters than this. */
  public static final int SORTED = 2_000;

  private ExactToken() {}

  public static String of(String value) {
    if (3L * value.length() <= MAX_BYTES) {
      return value;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return utf8.length <= MAX_BYTES ? value : value.substring(0, KEPT) + '\0' + sha256(utf8);
  }

  static String sorted(String value) {
    return value.length() <= SORTED ? value : value.substring(0, SORTED);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
