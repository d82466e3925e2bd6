// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A type that the text of a parameter can be read as.
 *
 * @param name what the description of a route calls it
 * @param expected what a refusal says that the value must be
 * @param reader throws if the text is no such value
 */
record ParameterType(String name, String expected, Function<String, Object> reader) {

  private static final Map<Class<?>, ParameterType> KNOWN = new HashMap<>();

  static {
    add("string", "text", text -> text, String.class);
    add("integer", "a whole number of at most 32 bits", Integer::valueOf, int.class, Integer.class);
    add("long", "a whole number of at most 64 bits", Long::valueOf, long.class, Long.class);
    add("integer", "a whole number", BigInteger::new, BigInteger.class);
    add("double", "a number", ParameterType::number, double.class, Double.class);
    add("decimal", "a number", BigDecimal::new, BigDecimal.class);
    add("boolean", "true or false", ParameterType::truth, boolean.class, Boolean.class);
    add("uuid", "a UUID such as 123e4567-e89b-12d3-a456-426614174000", ParameterType::uuid);
    add("date", "a date such as 2026-11-29", LocalDate::parse, LocalDate.class);
    add("time", "a time of day such as 18:30", LocalTime::parse, LocalTime.class);
    add("date-time", "a time such as 2026-11-29T18:30", LocalDateTime::parse, LocalDateTime.class);
    add("date-time", "a time such as 2026-11-29T18:30:00Z", Instant::parse, Instant.class);
    add(
        "date-time",
        "a time such as 2026-11-29T18:30:00+01:00",
        OffsetDateTime::parse,
        OffsetDateTime.class);
    add("duration", "a duration such as PT1M30S", Duration::parse, Duration.class);
    add("uri", "a URI", URI::create, URI.class);
  }

  private static void add(
      String name, String expected, Function<String, Object> reader, Class<?>... types) {
    ParameterType type = new ParameterType(name, expected, reader);
    for (Class<?> each : types) {
      KNOWN.put(each, type);
    }
  }

  private static void add(String name, String expected, Function<String, UUID> reader) {
    KNOWN.put(UUID.class, new ParameterType(name, expected, reader::apply));
  }

  /** Returns how a class is read; null if no parameter can be of it. */
  static @Nullable ParameterType of(Class<?> type) {
    return type.isEnum() ? ofEnum(type.asSubclass(Enum.class)) : KNOWN.get(type);
  }

  private static ParameterType ofEnum(@SuppressWarnings("rawtypes") Class<? extends Enum> type) {
    Map<String, Object> constants = new HashMap<>();
    for (Enum<?> constant : type.getEnumConstants()) {
      constants.put(constant.name(), constant);
    }
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> ((Enum<?>) constant).name())
            .collect(Collectors.joining(", "));
    return new ParameterType("string", "one of " + names, text -> known(constants, text));
  }

  private static Object known(Map<String, Object> constants, String text) {
    Object constant = constants.get(text);
    if (constant == null) {
      throw new IllegalArgumentException("no such constant");
    }
    return constant;
  }

  /** A finite number: no word for what is none. */
  private static Double number(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value) || Character.isLetter(text.charAt(text.length() - 1))) {
      throw new IllegalArgumentException("not a number");
    }
    return value;
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  /** The whole form only; {@link UUID#fromString} takes fragments of it too. */
  private static UUID uuid(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException("not a UUID");
    }
    return UUID.fromString(text);
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException that names the parameter and what is expected of it
   */
  Object read(String parameter, String text) {
    try {
      return reader.apply(text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s must be %s, not '%s'".formatted(parameter, expected, shortened(text)), e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
