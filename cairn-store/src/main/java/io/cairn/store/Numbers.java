// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Numbers and times as the index holds them; null where a text is none. */
final class Numbers {
  private Numbers() {}

  static @Nullable Long integer(JsonParser parser) {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? clamp(parser.getDecimalValue())
              : (Long) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> clamp(parser.getDecimalValue());
      case VALUE_STRING -> integer(parser.getString());
      default -> null;
    };
  }

  static @Nullable Double decimal(JsonParser parser) {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> (Double) parser.getDoubleValue();
      case VALUE_STRING -> decimal(parser.getString());
      default -> null;
    };
  }

  static @Nullable Long integer(String text) {
    if (text.isEmpty() || text.length() > 20 || !startsLikeNumber(text)) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  static @Nullable Double decimal(String text) {
    if (text.isEmpty() || text.length() > 400 || !startsLikeNumber(text)) {
      return null;
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static boolean startsLikeNumber(String text) {
    char first = text.charAt(0);
    return (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
  }

  private static Long clamp(BigDecimal value) {
    if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Long.MAX_VALUE;
    }
    if (value.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) < 0) {
      return Long.MIN_VALUE;
    }
    return value.longValue();
  }

  /** Microseconds since 1970 of an ISO 8601 time; a time without zone is taken as UTC. */
  static @Nullable Long dateMicros(String text) {
    try {
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, ZonedDateTime::from, LocalDateTime::from);
      return micros(
          parsed instanceof ZonedDateTime zoned
              ? zoned.toInstant()
              : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return dayMicros(text);
    }
  }

  private static @Nullable Long dayMicros(String text) {
    try {
      return micros(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return integer(text);
    }
  }

  private static long micros(Instant instant) {
    return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
  }
}
