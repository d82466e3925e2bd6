// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.login;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Until when something is good, as people write it. Stateless. */
public final class KeyExpiry {
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})([mhd])");

  /** Microseconds since 1970 still fit into a number then. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private KeyExpiry() {}

  /**
   * Reads {@code 12h} or {@code 90d}, from now on, or a date in UTC, or a date with time and zone.
   *
   * @throws IllegalArgumentException that says what it must be, if it is none of these or is past
   */
  public static Instant parse(String text, Instant now) {
    Instant end = read(text, now);
    if (!end.isAfter(now)) {
      throw new IllegalArgumentException("is %s, which is past".formatted(text));
    }
    return end.isAfter(LAST) ? LAST : end;
  }

  private static Instant read(String text, Instant now) {
    Matcher span = SPAN.matcher(text);
    if (span.matches()) {
      long amount = Long.parseLong(span.group(1));
      return now.plus(
          switch (span.group(2)) {
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          });
    }
    try {
      return text.contains("T")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          ("takes a time such as 12h or 90d, or a date such as 2031-01-31 or"
                  + " 2031-01-31T12:00:00Z, not '%s'")
              .formatted(text),
          e);
    }
  }

  /** A time as tables show it. */
  public static String shown(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
