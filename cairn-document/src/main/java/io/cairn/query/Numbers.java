// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.json.JsonLimits;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers and times, in the one way that filters, queries, the index and its evaluation in
 * memory share. Stateless.
 */
public final class Numbers {
  private static final int MAX_LENGTH = JsonLimits.MAX_NUMBER_LENGTH;

  /** Exponents have at most so many digits; beyond, a number counts as one with this exponent. */
  private static final int MAX_EXPONENT = 999_999_999;

  private static final int MAX_EXPONENT_LENGTH = 9;

  private static final Pattern NUMBER =
      Pattern.compile("([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))(?:[eE]([+-]?)0*([0-9]+))?");

  private static final Pattern DURATION = Pattern.compile("[+-]?[Pp][-+0-9Tt]");
  private static final int MAX_TIME_LENGTH = 100;
  private static final long SECONDS_OF_DAY = 86_400;

  /** Beyond every double but infinity. */
  private static final BigDecimal INFINITY = new BigDecimal("1E9999");

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
    int size = exponent.length() > MAX_EXPONENT_LENGTH ? MAX_EXPONENT : Integer.parseInt(exponent);
    return digits.scaleByPowerOfTen("-".equals(number.group(2)) ? -size : size);
  }

  /** Reads a number, or a time as {@link #parseTime} does; null if the text is neither. */
  public static @Nullable BigDecimal parseNumberOrTime(String text) {
    BigDecimal number = parse(text);
    if (number != null) {
      return number;
    }
    return parseTime(text);
  }

  /** Whether a text looks like a length of time, as in {@code PT1H30M}. */
  public static boolean isDuration(String text) {
    return DURATION.matcher(text).lookingAt();
  }

  /**
   * Reads an ISO 8601 time as microseconds: a moment or a day since 1970, a time of day since
   * midnight, a length of time. What has no zone is taken as UTC; what is smaller than a
   * microsecond is cut off. Null if the text is none.
   */
  static @Nullable BigDecimal parseTime(String text) {
    if (text.length() < 3 || text.length() > MAX_TIME_LENGTH) {
      return null;
    }
    try {
      if (isDuration(text)) {
        Duration duration = Duration.parse(text);
        return micros(duration.getSeconds(), duration.getNano());
      }
      if (text.charAt(2) == ':') {
        return micros(0, LocalTime.parse(text).toNanoOfDay());
      }
      if (text.indexOf('T') < 0 && text.indexOf('t') < 0) {
        return text.indexOf('-', 1) > 0
            ? micros(LocalDate.parse(text).toEpochDay() * SECONDS_OF_DAY, 0)
            : null;
      }
      Instant instant = instant(text);
      return micros(instant.getEpochSecond(), instant.getNano());
    } catch (DateTimeException | ArithmeticException _) {
      return null;
    }
  }

  private static Instant instant(String text) {
    TemporalAccessor parsed =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
    return parsed instanceof ZonedDateTime zoned
        ? zoned.toInstant()
        : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
  }

  private static BigDecimal micros(long seconds, long nanos) {
    long micros = Math.floorDiv(nanos, 1_000L);
    return Math.abs(seconds) < Long.MAX_VALUE / 2_000_000
        ? BigDecimal.valueOf(seconds * 1_000_000 + micros)
        : BigDecimal.valueOf(seconds)
            .multiply(BigDecimal.valueOf(1_000_000))
            .add(BigDecimal.valueOf(micros));
  }

  /**
   * Gives a number the form in which it is indexed: a Long where a whole number is wanted and the
   * value is one of 64 bits, else the nearest Double, of which zero has one form only.
   */
  public static Number indexed(BigDecimal value, boolean whole) {
    Long exact = whole ? longOrNull(value) : null;
    return exact == null ? (Number) unsigned(value.doubleValue()) : exact;
  }

  /**
   * The decimal that a number means: of a double that has a fraction the shortest that is read as
   * it, as it was written, not the one that it is stored as.
   */
  public static BigDecimal exact(Number value) {
    return switch (value) {
      case BigDecimal decimal -> decimal;
      case Long whole -> BigDecimal.valueOf(whole);
      case Double beyond when beyond.isInfinite() -> beyond > 0 ? INFINITY : INFINITY.negate();
      case Double fraction when fraction == Math.rint(fraction) -> new BigDecimal(fraction);
      case Double fraction -> BigDecimal.valueOf(fraction);
      default -> new BigDecimal(value.toString());
    };
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
