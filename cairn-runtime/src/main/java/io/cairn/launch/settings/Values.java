// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads values from text; each method throws {@link IllegalArgumentException} saying the form. */
final class Values {

  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(us|ms|s|m|h|d)?");
  private static final Pattern AMOUNT = Pattern.compile("(\\d+)([kKmMgG])?");

  private static final List<Map.Entry<String, Long>> UNITS =
      List.of(
          Map.entry("d", 86_400_000_000_000L),
          Map.entry("h", 3_600_000_000_000L),
          Map.entry("m", 60_000_000_000L),
          Map.entry("s", 1_000_000_000L),
          Map.entry("ms", 1_000_000L));

  private Values() {}

  static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  static int port(String text) {
    return (int)
        within(text, -1, 65_535, "must be a port: 1 to 65535, 0 for a free one, -1 for none");
  }

  static int count(String text, int least, int most) {
    return (int) within(text, least, most, "must be a whole number from " + least + " to " + most);
  }

  static long number(String text) {
    return within(text, Long.MIN_VALUE, Long.MAX_VALUE, "must be a whole number of 64 bits");
  }

  static double decimal(String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("must be a number", notANumber);
    }
    throw new IllegalArgumentException("must be a number");
  }

  private static long within(String text, long least, long most, String form) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(form, notANumber);
    }
    throw new IllegalArgumentException(form);
  }

  /** A whole number that may end in K, M or G: multiples of 1024. */
  static long amount(String text, long most) {
    Matcher matcher = AMOUNT.matcher(text);
    if (matcher.matches()) {
      int shift =
          switch (matcher.group(2)) {
            case null -> 0;
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            default -> 30;
          };
      BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << shift));
      if (value.compareTo(BigDecimal.valueOf(most)) <= 0) {
        return value.longValue();
      }
    }
    throw new IllegalArgumentException(
        "must be a whole number up to " + most + "; it may end in K, M or G");
  }

  /** A duration in microseconds: 250us, 5ms, 30s, 2m, 1h, 1d; a bare number is microseconds. */
  static long micros(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long unit =
          switch (matcher.group(2)) {
            case "ms" -> 1_000L;
            case "s" -> 1_000_000L;
            case "m" -> 60_000_000L;
            case "h" -> 3_600_000_000L;
            case "d" -> 86_400_000_000L;
            case null, default -> 1L;
          };
      BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
      if (value.compareTo(BigDecimal.valueOf(3_650L * 86_400_000_000L)) <= 0) {
        return value.longValue();
      }
    }
    throw new IllegalArgumentException(
        "must be a duration of at most ten years: 500ms, 30s, 2m, 1h, 1d, or microseconds");
  }

  /**
   * A duration as one would write it, in its largest whole unit.
   *
   * @throws IllegalArgumentException if it cannot be read back
   */
  static String text(Duration duration) {
    String text = duration.toNanos() / 1_000 + "us";
    if (!duration.isZero()) {
      for (Map.Entry<String, Long> unit : UNITS) {
        if (duration.toNanos() % unit.getValue() == 0) {
          text = duration.toNanos() / unit.getValue() + unit.getKey();
          break;
        }
      }
    }
    if (duration.isNegative() || micros(text) * 1_000 != duration.toNanos()) {
      throw new IllegalArgumentException(
          "is " + duration + " and cannot be written: whole microseconds can");
    }
    return text;
  }

  /** A duration whose bare number is milliseconds. */
  static Duration millis(String text, long least, long most) {
    String form = "must be " + least + " to " + most + " milliseconds, or like 5s";
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(form);
    }
    long micros;
    try {
      micros = micros(matcher.group(2) == null ? text + "ms" : text);
    } catch (IllegalArgumentException tooLong) {
      throw new IllegalArgumentException(form, tooLong);
    }
    if (micros % 1_000 != 0 || micros < least * 1_000 || micros > most * 1_000) {
      throw new IllegalArgumentException(form);
    }
    return Duration.ofMillis(micros / 1_000);
  }

  /** A number of bytes; it may end in K or M. */
  static int bytes(String text, int least, int most) {
    String form = "must be " + least + " to " + most + " bytes";
    try {
      long value = amount(text, most);
      if (value >= least) {
        return (int) value;
      }
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(form, malformed);
    }
    throw new IllegalArgumentException(form);
  }

  static long positiveMicros(String text) {
    long micros = micros(text);
    if (micros == 0) {
      throw new IllegalArgumentException("must be longer than nothing");
    }
    return micros;
  }

  static Path path(String text) {
    try {
      return text.startsWith("~/")
          ? Path.of(System.getProperty("user.home"), text.substring(2))
          : Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must be a path: " + e.getReason(), e);
    }
  }

  static String uri(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
        return text;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be a URI like http://host:8000", e);
    }
    throw new IllegalArgumentException("must be a URI like http://host:8000");
  }

  static String name(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new IllegalArgumentException(
          "must be 1 to 128 letters, digits, dots, dashes or underscores");
    }
    return text;
  }

  static <E extends Enum<E>> E choice(Class<E> type, String text) {
    List<E> choices = List.of(type.getEnumConstants());
    return choices.stream()
        .filter(choice -> choice.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("must be one of " + String.join(", ", words(type))));
  }

  /** The constants of a type, as one writes them. */
  static List<String> words(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Values::word).toList();
  }

  /** A constant as one writes it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
