// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Media types as RFC 9110 has them: which of several a client prefers ({@code Accept}), and whether
 * one is among those that somebody takes. Stateless.
 */
public final class MediaTypes {

  private static final String ANY = "*";
  private static final Type EVERYTHING = new Type(ANY, ANY, List.of());

  private MediaTypes() {}

  /** One media type or a range of them; parameters in lower case. */
  private record Type(String main, String sub, List<String> parameters) {

    static @Nullable Type parse(String text) {
      String[] parts = text.split(";", -1);
      String[] names = parts[0].strip().toLowerCase(Locale.ROOT).split("/", -1);
      boolean bare = names.length == 1 && names[0].equals(ANY); // sent by old clients of the JDK
      if (bare) {
        return EVERYTHING;
      }
      if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
        return null;
      }
      List<String> parameters =
          Arrays.stream(parts)
              .skip(1)
              .map(part -> part.strip().toLowerCase(Locale.ROOT).replace("\"", ""))
              .filter(part -> !part.isEmpty())
              .toList();
      return new Type(names[0], names[1], parameters);
    }

    boolean includes(Type offer) {
      return (main.equals(ANY) || main.equals(offer.main))
          && (sub.equals(ANY) || sub.equals(offer.sub))
          && offer.parameters.containsAll(
              parameters.stream().filter(parameter -> !parameter.startsWith("charset=")).toList());
    }

    int precision() {
      return main.equals(ANY) ? 0 : sub.equals(ANY) ? 1 : 2 + parameters.size();
    }
  }

  /** A range with the weight that a client gives it. */
  private record Wish(Type range, double weight) {}

  /**
   * Chooses among representations.
   *
   * @param accept the header of the request; null, or one that nobody can read, accepts everything
   * @param offers in the order of preference of the server, which decides where the client does not
   * @return empty if the client accepts none of them
   */
  public static Optional<String> choose(@Nullable String accept, List<String> offers) {
    List<Wish> wishes = wishes(accept);
    String best = null;
    double bestWeight = 0;
    for (String offer : offers) {
      double weight = weight(wishes, offer);
      if (weight > bestWeight) {
        best = offer;
        bestWeight = weight;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Whether a client names a type in its {@code Accept}, not merely includes it in a range. */
  public static boolean isNamed(@Nullable String accept, String type) {
    return accept != null
        && wishes(accept).stream()
            .anyMatch(
                wish ->
                    wish.weight > 0
                        && (wish.range.main + "/" + wish.range.sub).equalsIgnoreCase(type));
  }

  private static double weight(List<Wish> wishes, String offer) {
    Type type = Type.parse(offer);
    Wish closest = null;
    for (Wish wish : wishes) {
      if (type != null
          && wish.range.includes(type)
          && (closest == null || wish.range.precision() > closest.range.precision())) {
        closest = wish;
      }
    }
    return closest == null ? 0 : closest.weight;
  }

  private static List<Wish> wishes(@Nullable String accept) {
    List<Wish> wishes = new ArrayList<>();
    if (accept != null) {
      for (String part : accept.split(",", -1)) {
        Type type = Type.parse(part);
        if (type != null) {
          wishes.add(wish(type));
        }
      }
    }
    return wishes.isEmpty() ? List.of(new Wish(EVERYTHING, 1)) : wishes;
  }

  private static Wish wish(Type type) {
    List<String> parameters = new ArrayList<>();
    double weight = 1;
    for (String parameter : type.parameters) {
      if (parameter.startsWith("q=")) {
        weight = quality(parameter.substring(2));
        break; // what follows extends Accept, not the type
      }
      parameters.add(parameter);
    }
    return new Wish(new Type(type.main, type.sub, parameters), weight);
  }

  private static double quality(String text) {
    try {
      double value = Double.parseDouble(text);
      return value >= 0 && value <= 1 ? value : 1;
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /**
   * Whether a body of a type is one of those that are taken. {@code application/json} stands for
   * every type that is JSON by its suffix as well.
   *
   * @param taken types or ranges
   */
  public static boolean isTaken(String contentType, List<String> taken) {
    Type type = Type.parse(contentType);
    if (type == null) {
      return false;
    }
    boolean json = type.sub.endsWith("+json");
    return taken.stream()
        .map(Type::parse)
        .anyMatch(
            range ->
                range != null
                    && (range.includes(type)
                        || (json && range.main.equals("application") && range.sub.equals("json"))));
  }
}
