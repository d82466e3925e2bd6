// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads and writes the query of a URI. */
public final class QueryParameters {

  private QueryParameters() {}

  /**
   * The parameters of a query in encoded form, decoded after splitting; the last of a name counts.
   */
  public static Map<String, String> parse(@Nullable String rawQuery) {
    if (rawQuery == null || rawQuery.isEmpty()) {
      return new HashMap<>(0);
    }
    Map<String, String> params = new LinkedHashMap<>();
    forEach(rawQuery, params::put);
    return params;
  }

  /** As {@link #parse}, with all values of each name in their order. */
  public static Map<String, List<String>> parseAll(@Nullable String rawQuery) {
    Map<String, List<String>> params = new LinkedHashMap<>();
    if (rawQuery != null) {
      forEach(
          rawQuery,
          (name, value) -> params.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value));
    }
    return params;
  }

  private static void forEach(String rawQuery, BiConsumer<String, String> consumer) {
    int start = 0;
    while (start <= rawQuery.length()) {
      int end = rawQuery.indexOf('&', start);
      end = end < 0 ? rawQuery.length() : end;
      if (end > start) {
        int equals = rawQuery.indexOf('=', start);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        String value = nameEnd == end ? "" : rawQuery.substring(nameEnd + 1, end);
        consumer.accept(
            UriEscapes.decode(rawQuery.substring(start, nameEnd)), UriEscapes.decode(value));
      }
      start = end + 1;
    }
  }

  /**
   * A query in encoded form from name, value, name, value and so on.
   *
   * @throws IllegalArgumentException for an odd number of strings
   */
  public static String of(String... keyValues) {
    if (keyValues.length % 2 != 0) {
      throw new IllegalArgumentException("keyValues must come in pairs");
    }
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < keyValues.length; i += 2) {
      query
          .append(query.isEmpty() ? "" : UriVocabulary.URI_QUERY_PARAM_LINK_CHAR)
          .append(UriEscapes.encode(keyValues[i]))
          .append(UriVocabulary.URI_QUERY_PARAM_KV_CHAR)
          .append(UriEscapes.encode(keyValues[i + 1]));
    }
    return query.toString();
  }

  /** Adds parameters to those that a URI has. */
  public static URI extend(URI uri, String... keyValues) {
    String present = uri.getRawQuery();
    String added = of(keyValues);
    String text = uri.toString();
    int end = text.indexOf('#') < 0 ? text.length() : text.indexOf('#');
    int question = text.indexOf('?');
    String bare = text.substring(0, question < 0 || question > end ? end : question);
    String query = present == null || present.isEmpty() ? added : present + "&" + added;
    return URI.create(query.isEmpty() ? bare : bare + "?" + query);
  }

  /** The value of a parameter as a number; null if it is absent. */
  public static @Nullable Integer integer(URI uri, String name) {
    String value = parse(uri.getRawQuery()).get(name);
    if (value == null) {
      return null;
    }
    try {
      return Integer.valueOf(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is not a whole number: " + value, e);
    }
  }
}
