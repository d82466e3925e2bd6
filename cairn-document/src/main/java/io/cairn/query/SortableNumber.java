// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import java.math.BigDecimal;

/**
 * Writes decimal numbers of any size as bytes that are in the order of the numbers, compared
 * unsigned from the left; equal numbers ({@code 1.5}, {@code 1.50}) have equal bytes. Stateless.
 *
 * <p>A sign (1 negative, 2 zero, 3 positive), then of {@code 0.d1d2d3... x 10^e} with {@code d1 >
 * 0} the exponent e as five bytes from an offset, then two digits a byte, one more than their
 * value, then a zero. All but the sign is inverted for negative numbers. It is what a copy's index
 * holds: another form needs another version of the index's form.
 */
public final class SortableNumber {
  private static final byte NEGATIVE = 1;
  private static final byte ZERO = 2;
  private static final byte POSITIVE = 3;

  private static final int EXPONENT_BYTES = 5;
  private static final long EXPONENT_OFFSET = 1L << (8 * EXPONENT_BYTES - 1);

  private SortableNumber() {}

  /** The bytes of a number: seven, and one for each two digits. */
  public static byte[] of(BigDecimal number) {
    if (number.signum() == 0) {
      return new byte[] {ZERO};
    }
    String digits = number.unscaledValue().abs().toString();
    long exponent = (long) digits.length() - number.scale() + EXPONENT_OFFSET;
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    byte[] bytes = new byte[1 + EXPONENT_BYTES + (end + 1) / 2 + 1];
    for (int i = EXPONENT_BYTES; i > 0; i--) {
      bytes[i] = (byte) exponent;
      exponent >>>= 8;
    }
    for (int i = 0; i < end; i += 2) {
      int second = i + 1 < end ? digits.charAt(i + 1) - '0' : 0;
      bytes[1 + EXPONENT_BYTES + i / 2] = (byte) (10 * (digits.charAt(i) - '0') + second + 1);
    }
    if (number.signum() < 0) {
      for (int i = 1; i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    }
    bytes[0] = number.signum() < 0 ? NEGATIVE : POSITIVE;
    return bytes;
  }

  /**
   * The number of so written bytes.
   *
   * @param from where they begin
   */
  public static BigDecimal read(byte[] bytes, int from) {
    if (bytes[from] == ZERO) {
      return BigDecimal.ZERO;
    }
    boolean negative = bytes[from] == NEGATIVE;
    int mask = negative ? 0xFF : 0;
    int at = from + 1;
    long exponent = 0;
    for (int i = 0; i < EXPONENT_BYTES; i++) {
      exponent = (exponent << 8) | ((bytes[at++] & 0xFF) ^ mask);
    }
    StringBuilder digits = new StringBuilder(negative ? "-0." : "0.");
    for (int pair = (bytes[at++] & 0xFF) ^ mask; pair != 0; pair = (bytes[at++] & 0xFF) ^ mask) {
      digits.append((char) ('0' + (pair - 1) / 10)).append((char) ('0' + (pair - 1) % 10));
    }
    return new BigDecimal(digits.toString()).scaleByPowerOfTen((int) (exponent - EXPONENT_OFFSET));
  }
}
