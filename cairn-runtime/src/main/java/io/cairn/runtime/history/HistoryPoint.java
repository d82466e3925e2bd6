// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.history;

import io.cairn.document.ServiceDocument;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of a document that a request asks for instead of the latest: a version, or what was the
 * latest at a time. Exactly one of both is there.
 *
 * @param version the number of a version
 * @param asOfMicros a time, in microseconds since 1970
 */
public record HistoryPoint(@Nullable Long version, @Nullable Long asOfMicros) {

  /** The parameter that names a time. */
  public static final String AS_OF = "asOf";

  /** How far ahead of this node's clock a time may be, because clocks differ. */
  private static final long MAX_AHEAD_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** Whether the parameters of a request ask for an earlier state. */
  public static boolean isIn(Map<String, String> query) {
    return query.containsKey(AS_OF) || query.containsKey(ServiceDocument.FIELD_NAME_VERSION);
  }

  /**
   * Reads the parameters {@code documentVersion} and {@code asOf}.
   *
   * @param nowMicros the time of this node
   * @return null if there is neither
   * @throws IllegalArgumentException if there are both, or one makes no sense
   */
  public static @Nullable HistoryPoint of(Map<String, String> query, long nowMicros) {
    String version = query.get(ServiceDocument.FIELD_NAME_VERSION);
    String time = query.get(AS_OF);
    if (version != null && time != null) {
      throw new IllegalArgumentException("documentVersion and asOf exclude each other: send one");
    }
    if (version != null) {
      return new HistoryPoint(versionOf(version), null);
    }
    return time == null ? null : new HistoryPoint(null, microsOf(time, nowMicros));
  }

  private static long versionOf(String text) {
    try {
      long version = Long.parseLong(text.strip());
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a negative number.
    }
    throw new IllegalArgumentException("documentVersion must be a number, not '" + text + "'");
  }

  /**
   * Reads a time: microseconds since 1970, or a date with or without a time of day, as ISO 8601
   * writes it; UTC where it names no zone.
   *
   * @throws IllegalArgumentException if it is none, or lies in the future
   */
  public static long microsOf(String text, long nowMicros) {
    long micros = microsOf(text.strip());
    if (micros > nowMicros + MAX_AHEAD_MICROS) {
      throw new IllegalArgumentException(
          "asOf is '%s': that lies in the future, this node has %s"
              .formatted(text, shown(nowMicros)));
    }
    return micros;
  }

  private static long microsOf(String text) {
    try {
      if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Long.parseLong(text);
      }
      // A plus sign that was not escaped arrives as a blank.
      String iso = text.replace(' ', '+');
      Instant at =
          iso.indexOf('T') < 0
              ? LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(hasZone(iso) ? iso : iso + "Z").toInstant();
      return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "asOf is '%s': it must be a time, as 2026-01-31T12:00:00Z, or microseconds since 1970"
              .formatted(text),
          e);
    }
  }

  private static boolean hasZone(String iso) {
    int time = iso.indexOf('T');
    return iso.endsWith("Z") || iso.indexOf('+', time) > 0 || iso.indexOf('-', time) > 0;
  }

  /** A time as people read it. */
  public static String shown(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }

  @Override
  public String toString() {
    return asOfMicros == null ? "version " + version : "as of " + shown(asOfMicros);
  }
}
