// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.query.Aggregation;
import io.cairn.query.AggregationRules;
import io.cairn.query.Numbers;
import io.cairn.store.search.GroupValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says in which bucket a value is. Thread-safe but for what {@link OfCalendar} remembers. */
sealed interface BucketKeys {

  /** The key of the bucket of a value; null if it is in none. */
  @Nullable GroupValue of(GroupValue value);

  /** The key as a time; null if it is none. */
  default @Nullable String time(GroupValue key) {
    return null;
  }

  /** The keys of a question that was checked by {@link AggregationRules}. */
  static BucketKeys of(Aggregation asked) {
    return switch (Objects.requireNonNull(asked.type)) {
      case TERMS -> new OfValues();
      case HISTOGRAM ->
          new OfNumbers(
              number(asked.interval),
              asked.offset == null ? BigDecimal.ZERO : number(asked.offset));
      case DATE_HISTOGRAM -> {
        String interval = Objects.requireNonNull(asked.interval);
        yield AggregationRules.CALENDAR.contains(interval)
            ? new OfCalendar(
                interval, asked.timeZone == null ? ZoneOffset.UTC : ZoneId.of(asked.timeZone))
            : new OfTimes(Objects.requireNonNull(Numbers.parseNumberOrTime(interval)).longValue());
      }
      default -> throw new IllegalArgumentException(asked.type + " has no buckets");
    };
  }

  private static BigDecimal number(@Nullable String text) {
    BigDecimal number = text == null ? null : Numbers.parse(text.strip());
    return Objects.requireNonNull(number, "checked before");
  }

  private static @Nullable Long timeOf(GroupValue value) {
    return switch (value.number()) {
      case Long whole -> whole;
      case null -> null;
      default -> (Long) (long) Math.floor(value.number().doubleValue());
    };
  }

  private static String shown(GroupValue key, ZoneId zone) {
    long micros = key.number() == null ? 0 : key.number().longValue();
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant(micros).atZone(zone));
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** Each value has a bucket. */
  record OfValues() implements BucketKeys {
    @Override
    public GroupValue of(GroupValue value) {
      return value;
    }
  }

  /** Ranges of numbers, in decimals: 0.3 is in the bucket of 0.3, where they are 0.1 wide. */
  record OfNumbers(BigDecimal width, BigDecimal offset) implements BucketKeys {
    @Override
    public @Nullable GroupValue of(GroupValue value) {
      Number number = value.number();
      if (number == null) {
        return null;
      }
      BigDecimal shifted = Total.bounded(Numbers.exact(number)).subtract(offset);
      BigDecimal place = shifted.divide(width, 0, RoundingMode.FLOOR);
      return GroupValue.of(place.multiply(width).add(offset));
    }
  }

  /** Periods of one length, from 1970 on. */
  record OfTimes(long micros) implements BucketKeys {
    @Override
    public @Nullable GroupValue of(GroupValue value) {
      Long time = timeOf(value);
      if (time == null) {
        return null;
      }
      long first = time - Math.floorMod(time, micros);
      return GroupValue.of(first > time ? Long.MIN_VALUE : first);
    }

    @Override
    public String time(GroupValue key) {
      return shown(key, ZoneOffset.UTC);
    }
  }

  /** Periods of the calendar of a zone. Used by one thread at a time. */
  final class OfCalendar implements BucketKeys {
    private final String period;
    private final ZoneId zone;

    /** The period that was found last: times of documents are often near each other. */
    private long begin;

    private long end;

    OfCalendar(String period, ZoneId zone) {
      this.period = period;
      this.zone = zone;
    }

    @Override
    public @Nullable GroupValue of(GroupValue value) {
      Long time = timeOf(value);
      if (time == null) {
        return null;
      }
      if (time < begin || time >= end) {
        ZonedDateTime first = first(instant(time).atZone(zone));
        begin = micros(first);
        end = micros(next(first));
      }
      return GroupValue.of(begin);
    }

    /** The first and the last period that 64 bits have go as far as these do. */
    private static long micros(ZonedDateTime time) {
      try {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
      } catch (ArithmeticException e) {
        return time.getYear() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
      }
    }

    private ZonedDateTime first(ZonedDateTime time) {
      return switch (period) {
        case "MINUTE" -> time.truncatedTo(ChronoUnit.MINUTES);
        case "HOUR" -> time.truncatedTo(ChronoUnit.HOURS);
        case "DAY" -> day(time);
        case "WEEK" -> day(time.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
        case "MONTH" -> day(time.withDayOfMonth(1));
        case "QUARTER" ->
            day(time.withDayOfMonth(1).withMonth((time.getMonthValue() - 1) / 3 * 3 + 1));
        case "YEAR" -> day(time.withDayOfYear(1));
        default -> throw new IllegalArgumentException("no period: " + period);
      };
    }

    /** Its beginning, which is not midnight where the clocks are set forward then. */
    private ZonedDateTime day(ZonedDateTime time) {
      return time.toLocalDate().atStartOfDay(zone);
    }

    private ZonedDateTime next(ZonedDateTime first) {
      return switch (period) {
        case "MINUTE" -> first.plusMinutes(1);
        case "HOUR" -> first.plusHours(1);
        case "DAY" -> day(first.plusDays(1));
        case "WEEK" -> day(first.plusWeeks(1));
        case "MONTH" -> day(first.plusMonths(1));
        case "QUARTER" -> day(first.plusMonths(3));
        default -> day(first.plusYears(1));
      };
    }

    @Override
    public String time(GroupValue key) {
      return shown(key, zone);
    }
  }
}
