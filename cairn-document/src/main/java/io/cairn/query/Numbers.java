// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers and times, in the one way that filters, queries, the index and its evaluation in
 * memory share. Stateless.
 */
public final class Numbers {
  private static final int MAX_LENGTH = 400;

  /** Far beyond any double, and still cheap to turn into a whole number. */
  private static final int MAX_EXPONENT = 9_999;

  private static final Pattern NUMBER =
      Pattern.compile("([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))(?:[eE]([+-]?)0*([0-9]+))?");

  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private Numbers() {}

  /** Reads a decimal number, with or without fraction and exponent; null if the text is none. */
  public static @Nullable BigDecimal parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return null;
    }
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      return null;
    }
    BigDecimal digits = new BigDecimal(number.group(1));
    String exponent = number.group(3);
    if (exponent == null || digits.signum() == 0) {
      return digits;
    }
    int size = exponent.length() > 4 ? MAX_EXPONENT : Integer.parseInt(exponent);
    return digits.scaleByPowerOfTen("-".equals(number.group(2)) ? -size : size);
  }

  /** Reads a number, or a time as microseconds since 1970; null if the text is neither. */
  public static @Nullable BigDecimal parseNumberOrTime(String text) {
    BigDecimal number = parse(text);
    if (number != null) {
      return number;
    }
    Long micros = parseTime(text);
    return micros == null ? null : BigDecimal.valueOf(micros);
  }

  /**
   * Reads an ISO 8601 time or day as microseconds since 1970; what has no zone is taken as UTC.
   * Null if the text is none.
   */
  public static @Nullable Long parseTime(String text) {
    boolean dateLike = text.length() >= 10 && text.length() <= 100 && text.indexOf('-', 1) > 0;
    if (!dateLike) {
      return null;
    }
    try {
      if (text.length() == 10) {
        return micros(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
      return micros(
          parsed instanceof ZonedDateTime zoned
              ? zoned.toInstant()
              : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException | ArithmeticException _) {
      return null;
    }
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  /**
   * Gives a number the form in which it is indexed: a Long where a whole number is wanted and the
   * value is one of 64 bits, else the nearest Double, of which zero has one form only.
   */
  public static Number indexed(BigDecimal value, boolean whole) {
    Long exact = whole ? longOrNull(value) : null;
    return exact == null ? (Number) unsigned(value.doubleValue()) : exact;
  }

  /** The value as a whole number of 64 bits; null where it has a fraction or is beyond them. */
  static @Nullable Long longOrNull(BigDecimal value) {
    boolean fits = value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0;
    return fits && isWhole(value) ? (Long) value.longValue() : null;
  }

  private static boolean isWhole(BigDecimal value) {
    // Cheaper than a division where the scale is huge: 1E-9999.
    return value.signum() == 0 || value.scale() <= 0 || value.stripTrailingZeros().scale() <= 0;
  }

  /** The same number; zero without its sign. */
  static double unsigned(double value) {
    return value + 0.0;
  }
}
