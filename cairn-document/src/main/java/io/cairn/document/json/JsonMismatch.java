// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

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
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Says what is wrong with JSON in words of JSON. The library's own words name Java classes, which
 * mean nothing to a client and tell a stranger how the server is built. Stateless.
 */
final class JsonMismatch {
  private static final int MOST_CONSTANTS = 20;
  private static final int LONGEST_VALUE = 100;
  private static final Pattern FOUND =
      Pattern.compile(
          "from (Array|Object|Number|Integer|Floating-point|Boolean|String|Null|null) value");
  private static final Pattern ORIGIN = Pattern.compile(",? (?:from|of) `[^`]*`");
  private static final Pattern QUOTED = Pattern.compile("`[^`]*`");
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:\\[[^\\]]*])?");
  private static final Set<Class<?>> WHOLE =
      Set.of(
          int.class,
          long.class,
          short.class,
          byte.class,
          Integer.class,
          Long.class,
          Short.class,
          Byte.class,
          BigInteger.class);

  private static final Map<Class<?>, String> TIMES =
      Map.of(
          Instant.class, "a time, as 2026-01-31T12:00:00Z",
          LocalDate.class, "a day, as 2026-01-31",
          LocalDateTime.class, "a time without a zone, as 2026-01-31T12:00:00",
          LocalTime.class, "a time of day, as 12:30:00",
          OffsetDateTime.class, "a time with an offset, as 2026-01-31T12:00:00+01:00",
          ZonedDateTime.class, "a time with a zone, as 2026-01-31T12:00:00+01:00",
          Duration.class, "a length of time, as PT1H30M",
          Period.class, "a number of days, months or years, as P1M");

  private JsonMismatch() {}

  /** What is wrong; null if nothing is known. */
  static @Nullable String describe(JacksonException failure) {
    String text = failure.getOriginalMessage();
    return switch (failure) {
      case InvalidFormatException format when isInfinite(format.getValue()) ->
          FiniteNumbers.TOO_LARGE;
      case InvalidTypeIdException type when type.getBaseType() != null -> discriminator(type);
      case InvalidFormatException format ->
          "%s is not %s".formatted(shown(format.getValue()), expected(format.getTargetType()));
      case MismatchedInputException mismatch when mismatch.getTargetType() != null -> {
        Matcher found = FOUND.matcher(String.valueOf(text));
        yield "expected %s%s"
            .formatted(
                expected(mismatch.getTargetType()),
                found.find() ? ", not " + named(found.group(1)) : "");
      }
      case JacksonException beyond when isBeyondAllNumbers(beyond.getCause()) ->
          FiniteNumbers.BEYOND_ALL;
      case ValueInstantiationException failed ->
          "a constructor of the application failed on it" + kindOf(failed.getCause());
      default -> text == null ? null : withoutClasses(text);
    };
  }

  /** Whether a text is JSON, and what it holds is not what was expected. */
  static boolean isOfValue(JacksonException failure) {
    return failure instanceof InputCoercionException
        || (failure instanceof DatabindException
            && (!failure.getPath().isEmpty()
                || FOUND.matcher(String.valueOf(failure.getOriginalMessage())).find()));
  }

  /** Enough for the author to look for, and nothing of how the type is built. */
  private static String kindOf(@Nullable Throwable cause) {
    return cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")";
  }

  /** What the field that names the type of a sealed type's object says, and what it may say. */
  private static String discriminator(InvalidTypeIdException failure) {
    Class<?> base = failure.getBaseType().getRawClass();
    String allowed =
        SealedTypes.isDiscriminated(base)
            ? "one of " + String.join(", ", SealedTypes.typesOf(base).keySet())
            : "the name of a type";
    String property = SealedTypes.propertyOf(base);
    String id = failure.getTypeId();
    return id == null
        ? "%s is missing: it is %s".formatted(property, allowed)
        : "%s %s is not %s".formatted(property, shown(id), allowed);
  }

  /** Whether Jackson, not the author of a type, cannot make a number of digits. */
  static boolean isBeyondAllNumbers(@Nullable Throwable cause) {
    return cause instanceof NumberFormatException
        && cause.getStackTrace().length > 0
        && cause.getStackTrace()[0].getClassName().startsWith("tools.jackson.");
  }

  /** Whether words name a class, as those of the JVM and of libraries do. */
  static boolean namesClass(String words) {
    return CLASS_NAME.matcher(words).find();
  }

  private static boolean isInfinite(@Nullable Object value) {
    return value instanceof Number number && Double.isInfinite(number.doubleValue());
  }

  private static String shown(@Nullable Object value) {
    String text = String.valueOf(value);
    return "'%s'"
        .formatted(
            text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...");
  }

  private static String named(String found) {
    return switch (found) {
      case "Array" -> "an array";
      case "Object" -> "an object";
      case "Boolean" -> "true or false";
      case "String" -> "a string";
      case "Null", "null" -> "null";
      default -> "a number";
    };
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "what belongs here";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .limit(MOST_CONSTANTS)
              .map(constant -> ((Enum<?>) constant).name())
              .collect(Collectors.joining(", "));
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number from -2147483648 to 2147483647";
    }
    if (type == long.class || type == Long.class) {
      return "a whole number of 64 bits";
    }
    if (WHOLE.contains(type)) {
      return "a whole number";
    }
    boolean number =
        type == double.class
            || type == float.class
            || type == BigDecimal.class
            || Number.class.isAssignableFrom(type);
    if (number) {
      return "a number";
    }
    return type == boolean.class || type == Boolean.class ? "true or false" : expectedObject(type);
  }

  private static String expectedObject(Class<?> type) {
    if (CharSequence.class.isAssignableFrom(type)
        || type == char.class
        || type == Character.class) {
      return "a string";
    }
    if (type == byte[].class) {
      return "a Base64 string";
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    if (type == URI.class) {
      return "a URI";
    }
    if (type == UUID.class) {
      return "a UUID";
    }
    return expectedTime(type);
  }

  private static String expectedTime(Class<?> type) {
    String example = TIMES.get(type);
    if (example != null) {
      return example;
    }
    boolean time =
        Date.class.isAssignableFrom(type)
            || TemporalAccessor.class.isAssignableFrom(type)
            || TemporalAmount.class.isAssignableFrom(type);
    return time ? "a date or time" : "an object";
  }

  private static String withoutClasses(String text) {
    String plain = ORIGIN.matcher(text).replaceAll("");
    plain = QUOTED.matcher(plain).replaceAll("it");
    return CLASS_NAME.matcher(plain).replaceAll("it");
  }
}
