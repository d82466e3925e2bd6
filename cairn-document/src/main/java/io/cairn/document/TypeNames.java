// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.Format;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Java classes to the types that clients tell apart. */
final class TypeNames {
  private static final Set<Class<?>> WHOLE =
      Set.of(
          byte.class,
          Byte.class,
          short.class,
          Short.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          Year.class,
          BigInteger.class);

  private static final Set<Class<?>> FRACTIONAL =
      Set.of(double.class, Double.class, float.class, Float.class, Number.class, BigDecimal.class);

  private static final Set<Class<?>> TEXTUAL =
      Set.of(
          String.class,
          UUID.class,
          Path.class,
          char.class,
          Character.class,
          Period.class,
          YearMonth.class,
          MonthDay.class,
          OffsetTime.class,
          ZoneId.class,
          ZoneOffset.class);

  private static final Set<Class<?>> TEMPORAL =
      Set.of(
          Date.class,
          Instant.class,
          ZonedDateTime.class,
          OffsetDateTime.class,
          LocalDateTime.class,
          LocalDate.class,
          LocalTime.class,
          Duration.class);

  private static final Map<Class<?>, Format> FORMATS =
      Map.ofEntries(
          Map.entry(Date.class, Format.DATE_TIME),
          Map.entry(Instant.class, Format.DATE_TIME),
          Map.entry(ZonedDateTime.class, Format.DATE_TIME),
          Map.entry(OffsetDateTime.class, Format.DATE_TIME),
          Map.entry(LocalDateTime.class, Format.LOCAL_DATE_TIME),
          Map.entry(LocalDate.class, Format.DATE),
          Map.entry(LocalTime.class, Format.TIME),
          Map.entry(Duration.class, Format.DURATION),
          Map.entry(UUID.class, Format.UUID),
          Map.entry(BigDecimal.class, Format.DECIMAL),
          Map.entry(BigInteger.class, Format.INTEGER));

  private TypeNames() {}

  /** How values of a class are written, where its type name does not say it all. */
  static @Nullable Format formatOf(Class<?> raw) {
    return FORMATS.get(raw);
  }

  static TypeName of(Class<?> raw) {
    if (WHOLE.contains(raw)) {
      return TypeName.LONG;
    } else if (FRACTIONAL.contains(raw)) {
      return TypeName.DOUBLE;
    } else if (TEXTUAL.contains(raw)) {
      return TypeName.STRING;
    } else if (TEMPORAL.contains(raw)) {
      return TypeName.DATE;
    } else if (raw == boolean.class || raw == Boolean.class) {
      return TypeName.BOOLEAN;
    } else if (raw == byte[].class) {
      return TypeName.BYTES;
    } else if (raw.isEnum()) {
      return TypeName.ENUM;
    }
    return ofReference(raw);
  }

  private static TypeName ofReference(Class<?> raw) {
    if (raw == URI.class) {
      return TypeName.URI;
    } else if (raw == Inet4Address.class) {
      return TypeName.InternetAddressV4;
    } else if (raw == Inet6Address.class) {
      return TypeName.InternetAddressV6;
    } else if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
      return TypeName.COLLECTION;
    } else if (Map.class.isAssignableFrom(raw)) {
      return TypeName.MAP;
    }
    return TypeName.PODO;
  }
}
