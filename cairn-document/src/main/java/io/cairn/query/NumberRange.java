// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.query.QueryTask.NumericRange;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A range of numbers by their values, whatever form the numbers have. Whole numbers and those of
 * exact fields are compared exactly, other fractions with the precision of a double, as they are
 * indexed. Immutable.
 *
 * @param min the lower end; null is open
 * @param max the upper end; null is open
 */
public record NumberRange(
    @Nullable BigDecimal min,
    boolean isMinInclusive,
    @Nullable BigDecimal max,
    boolean isMaxInclusive) {
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final NumberRange NOTHING =
      new NumberRange(BigDecimal.ZERO, false, BigDecimal.ZERO, false);

  /** Whole numbers from the lowest to the highest. */
  public record Longs(long lowest, long highest) {}

  /** Doubles from the lowest to the highest. */
  public record Doubles(double lowest, double highest) {}

  /** The range of one number. */
  public static NumberRange point(BigDecimal value) {
    return new NumberRange(value, true, value, true);
  }

  /** The range that a query asks for. A bound that is no number leaves nothing. */
  public static NumberRange of(NumericRange<?> range) {
    Number min = range.min;
    Number max = range.max;
    if (isNaN(min) || isNaN(max)) {
      return NOTHING;
    }
    return new NumberRange(
        min instanceof Double low && low == Double.NEGATIVE_INFINITY ? null : decimal(min),
        range.isMinInclusive,
        max instanceof Double high && high == Double.POSITIVE_INFINITY ? null : decimal(max),
        range.isMaxInclusive);
  }

  private static boolean isNaN(@Nullable Number bound) {
    return bound instanceof Double value && value.isNaN();
  }

  private static @Nullable BigDecimal decimal(@Nullable Number bound) {
    return bound == null ? null : Numbers.exact(bound);
  }

  /** Tells whether a number in its indexed form, Long, Double or BigDecimal, is in the range. */
  boolean contains(Number indexed) {
    if (indexed instanceof BigDecimal exact) {
      int low = min == null ? 1 : exact.compareTo(min);
      int high = max == null ? -1 : exact.compareTo(max);
      return (low > 0 || (low == 0 && isMinInclusive))
          && (high < 0 || (high == 0 && isMaxInclusive));
    }
    if (indexed instanceof Long whole) {
      Longs longs = longs();
      return longs != null && longs.lowest() <= whole && whole <= longs.highest();
    }
    Doubles doubles = doubles();
    double value = indexed.doubleValue();
    return doubles != null && doubles.lowest() <= value && value <= doubles.highest();
  }

  /** The whole numbers of 64 bits in the range; null if there are none. */
  public @Nullable Longs longs() {
    if ((min != null && min.compareTo(MAX_LONG) > 0)
        || (max != null && max.compareTo(MIN_LONG) < 0)) {
      return null;
    }
    boolean openBelow = min == null || min.compareTo(MIN_LONG) < 0;
    boolean openAbove = max == null || max.compareTo(MAX_LONG) > 0;
    long lowest = openBelow || min == null ? Long.MIN_VALUE : round(min, RoundingMode.CEILING);
    long highest = openAbove || max == null ? Long.MAX_VALUE : round(max, RoundingMode.FLOOR);
    if (!openBelow && !isMinInclusive && isAt(min, lowest)) {
      if (lowest == Long.MAX_VALUE) {
        return null;
      }
      lowest++;
    }
    if (!openAbove && !isMaxInclusive && isAt(max, highest)) {
      if (highest == Long.MIN_VALUE) {
        return null;
      }
      highest--;
    }
    return lowest > highest ? null : new Longs(lowest, highest);
  }

  private static long round(BigDecimal bound, RoundingMode mode) {
    if (bound.precision() > bound.scale()) {
      return bound.setScale(0, mode).longValue();
    }
    // Between -1 and 1: to divide is dear where the scale is huge, as of 1E-99999999.
    return switch (mode) {
      case CEILING -> bound.signum() > 0 ? 1 : 0;
      default -> bound.signum() < 0 ? -1 : 0;
    };
  }

  private static boolean isAt(@Nullable BigDecimal bound, long value) {
    return bound != null && bound.compareTo(BigDecimal.valueOf(value)) == 0;
  }

  /** The doubles in the range, zero without a sign; null if there are none. */
  public @Nullable Doubles doubles() {
    double lowest = min == null ? Double.NEGATIVE_INFINITY : Numbers.unsigned(min.doubleValue());
    double highest = max == null ? Double.POSITIVE_INFINITY : Numbers.unsigned(max.doubleValue());
    if (min != null && !isMinInclusive) {
      if (lowest == Double.POSITIVE_INFINITY) {
        return null;
      }
      lowest = Math.nextUp(lowest);
    }
    if (max != null && !isMaxInclusive) {
      if (highest == Double.NEGATIVE_INFINITY) {
        return null;
      }
      highest = Math.nextDown(highest);
    }
    return lowest > highest ? null : new Doubles(lowest, Numbers.unsigned(highest));
  }

  /**
   * The same range, of whole numbers of 64 bits: with the bounds as they are where they are such
   * numbers, else with the nearest ones inside.
   */
  public NumericRange<Long> toWhole() {
    Long low = min == null ? null : Numbers.longOrNull(min);
    Long high = max == null ? null : Numbers.longOrNull(max);
    if ((low == null) == (min == null) && (high == null) == (max == null)) {
      return NumericRange.createLongRange(low, high, isMinInclusive, isMaxInclusive);
    }
    Longs longs = longs();
    return longs == null
        ? NumericRange.createLongRange(0L, 0L, false, false)
        : NumericRange.createLongRange(longs.lowest(), longs.highest(), true, true);
  }

  /** The same range, of doubles. */
  public NumericRange<Double> toDoubles() {
    return NumericRange.createDoubleRange(
        min == null ? null : (Double) min.doubleValue(),
        max == null ? null : (Double) max.doubleValue(),
        isMinInclusive,
        isMaxInclusive);
  }

  /**
   * The same range, of Long or of Double, or of BigDecimal if a bound would lose digits.
   *
   * @param whole whether the range is one of whole numbers: a fraction is then no loss
   */
  public NumericRange<?> toNarrowest(boolean whole) {
    return holds(min, whole) && holds(max, whole) ? whole ? toWhole() : toDoubles() : toExact();
  }

  private static boolean holds(@Nullable BigDecimal bound, boolean whole) {
    if (bound == null) {
      return true;
    }
    if (whole) {
      return bound.compareTo(MIN_LONG) >= 0 && bound.compareTo(MAX_LONG) <= 0;
    }
    double nearest = bound.doubleValue();
    return Double.isFinite(nearest) && Numbers.exact(nearest).compareTo(bound) == 0;
  }

  /** The same range with all its digits. */
  public NumericRange<BigDecimal> toExact() {
    return NumericRange.createDecimalRange(min, max, isMinInclusive, isMaxInclusive);
  }
}
