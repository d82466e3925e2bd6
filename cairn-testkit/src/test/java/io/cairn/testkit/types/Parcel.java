// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.types;

import io.cairn.document.DocumentKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A document with a field of each type that authors may use. */
@DocumentKind("test:Parcel")
@SuppressWarnings("ArrayRecordComponent") // What is tested.
record Parcel(
    String title,
    @Nullable String note,
    boolean open,
    int small,
    long count,
    double ratio,
    @Nullable Boolean maybe,
    BigDecimal price,
    BigInteger serial,
    Colour colour,
    UUID id,
    URI home,
    Instant at,
    LocalDate day,
    LocalDateTime local,
    LocalTime opens,
    OffsetDateTime offset,
    ZonedDateTime zoned,
    Duration takes,
    Period period,
    Year year,
    YearMonth month,
    byte[] blob,
    Optional<String> nick,
    OptionalLong rank,
    Optional<Instant> seen,
    Address address,
    List<String> tags,
    Set<Integer> sizes,
    List<Line> lines,
    Map<String, String> labels,
    Map<Colour, BigDecimal> amounts,
    Map<String, Address> places,
    Payment payment,
    List<Payment> past) {

  /** Some names, not in the order of their declaration. */
  enum Colour {
    RED,
    GREEN,
    BLUE
  }

  /** A record in a record, and one in that. */
  record Address(String city, LocalDate since, Geo geo) {}

  record Geo(double lat, BigDecimal lon) {}

  record Line(String sku, BigDecimal price, @Nullable LocalDate due) {}

  /** One of several. */
  sealed interface Payment permits Card, Cash, Transfer, Free {}

  record Card(String number, LocalDate expires) implements Payment {}

  record Cash(BigDecimal amount) implements Payment {}

  record Transfer(BigDecimal amount, Instant at) implements Payment {}

  record Free() implements Payment {}
}
