// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.types;

import io.cairn.testkit.types.Parcel.Address;
import io.cairn.testkit.types.Parcel.Card;
import io.cairn.testkit.types.Parcel.Cash;
import io.cairn.testkit.types.Parcel.Colour;
import io.cairn.testkit.types.Parcel.Free;
import io.cairn.testkit.types.Parcel.Geo;
import io.cairn.testkit.types.Parcel.Line;
import io.cairn.testkit.types.Parcel.Payment;
import io.cairn.testkit.types.Parcel.Transfer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes parcels whose values often are equal or close to each other. Used by one thread. */
final class RandomParcels {
  private static final BigDecimal CLOSE = new BigDecimal("0.100000000000000000000000001");
  private static final Instant START = Instant.parse("2025-12-31T23:59:58Z");

  private final Random random;

  RandomParcels(long seed) {
    random = new Random(seed);
  }

  Parcel next() {
    return new Parcel(
        text(),
        maybe(this::text),
        random.nextBoolean(),
        random.nextInt(5) - 2,
        random.nextBoolean() ? random.nextInt(3) : Long.MAX_VALUE - random.nextInt(3),
        random.nextInt(8) / 4.0,
        maybe(random::nextBoolean),
        decimal(),
        whole(),
        colour(),
        new UUID(random.nextInt(2), random.nextInt(3)),
        URI.create("http://host/" + random.nextInt(4)),
        instant(),
        day(),
        LocalDateTime.ofInstant(instant(), ZoneOffset.UTC),
        LocalTime.ofNanoOfDay(36_000_000_000_000L + random.nextInt(5) * 500_000_000L),
        instant().atOffset(ZoneOffset.ofHours(random.nextInt(5) - 2)),
        instant().atZone(ZoneId.of(random.nextBoolean() ? "Europe/Berlin" : "Asia/Tokyo")),
        duration(),
        Period.ofMonths(random.nextInt(3)),
        Year.of(2024 + random.nextInt(3)),
        YearMonth.of(2024 + random.nextInt(2), 1 + random.nextInt(3)),
        new byte[] {(byte) random.nextInt(), -1},
        Optional.ofNullable(maybe(this::text)),
        random.nextBoolean() ? OptionalLong.of(random.nextInt(3)) : OptionalLong.empty(),
        Optional.ofNullable(maybe(this::instant)),
        address(),
        several(this::text),
        new LinkedHashSet<>(several(() -> random.nextInt(4))),
        several(() -> new Line(text(), decimal(), maybe(this::day))),
        map("red", "green", this::text),
        new LinkedHashMap<>(Map.of(colour(), decimal())),
        map("home", "work", this::address),
        payment(),
        several(this::payment));
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextInt(3) == 0 ? null : value.get();
  }

  private <T> List<T> several(Supplier<T> value) {
    List<T> values = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      values.add(value.get());
    }
    return values;
  }

  private <T> Map<String, T> map(String one, String other, Supplier<T> value) {
    Map<String, T> map = new LinkedHashMap<>();
    for (String key : List.of(one, other)) {
      if (random.nextBoolean()) {
        map.put(key, value.get());
      }
    }
    return map;
  }

  private String text() {
    return List.of("oak", "Oak", "elm tree", "it's", "\u00e4\ud83d\ude00", "\uffee")
        .get(random.nextInt(6));
  }

  private Colour colour() {
    return List.of(Colour.values()).get(random.nextInt(3));
  }

  private BigDecimal decimal() {
    return switch (random.nextInt(6)) {
      case 0 -> new BigDecimal("1.50");
      case 1 -> new BigDecimal("1.5");
      case 2 -> BigDecimal.valueOf(random.nextInt(3) - 1);
      case 3 -> new BigDecimal("0.1");
      case 4 -> CLOSE.add(BigDecimal.valueOf(random.nextInt(3), 27));
      default ->
          new BigDecimal("-98765432109876543210.25").add(BigDecimal.valueOf(random.nextInt(2)));
    };
  }

  private BigInteger whole() {
    return random.nextBoolean()
        ? BigInteger.valueOf(random.nextInt(3))
        : BigInteger.TWO.pow(70).add(BigInteger.valueOf(random.nextInt(3)));
  }

  private Instant instant() {
    return random.nextInt(5) == 0
        ? Instant.parse("+400000-01-01T00:00:00Z")
        : START.plusMillis(500L * random.nextInt(8)).plusNanos(1_000L * random.nextInt(2));
  }

  private LocalDate day() {
    return LocalDate.of(999 + random.nextInt(3), 12, 31).plusDays(random.nextInt(2));
  }

  private Duration duration() {
    return Duration.ofMillis(random.nextInt(4) * 45L * 60_000 - 1);
  }

  private Address address() {
    return new Address(text(), day(), new Geo(random.nextInt(3) / 2.0, decimal()));
  }

  private Payment payment() {
    return switch (random.nextInt(4)) {
      case 0 -> new Card("4" + random.nextInt(3), day());
      case 1 -> new Cash(decimal());
      case 2 -> new Transfer(decimal(), instant());
      default -> new Free();
    };
  }
}
