// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by link, each to be found by further names that it has. One thread writes, any may read:
 * what is found by a name has that name, also while it changes.
 */
final class NamedValues<V> {

  private final Map<String, V> values = new ConcurrentHashMap<>();

  /** The links of the values that have a name; never an empty set. */
  private final Map<String, Set<String>> links = new ConcurrentHashMap<>();

  private final Function<V, Set<String>> names;

  /**
   * Has no values.
   *
   * @param names those that a value has
   */
  NamedValues(Function<V, Set<String>> names) {
    this.names = names;
  }

  void put(String link, V value) {
    V before = values.put(link, value);
    Set<String> now = names.apply(value);
    for (String name : now) {
      links.merge(name, Set.of(link), NamedValues::union);
    }
    if (before != null) {
      forget(link, before, now);
    }
  }

  void remove(String link) {
    V before = values.remove(link);
    if (before != null) {
      forget(link, before, Set.of());
    }
  }

  /** Removes what is not at one of these links. */
  void retain(Set<String> kept) {
    for (String link : values.keySet()) {
      if (!kept.contains(link)) {
        remove(link);
      }
    }
  }

  private void forget(String link, V before, Set<String> stillNamed) {
    for (String name : names.apply(before)) {
      if (!stillNamed.contains(name)) {
        links.computeIfPresent(name, (_, present) -> without(present, link));
      }
    }
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }

  private static @Nullable Set<String> without(Set<String> present, String link) {
    Set<String> rest = new TreeSet<>(present);
    rest.remove(link);
    return rest.isEmpty() ? null : rest;
  }

  @Nullable V get(String link) {
    return values.get(link);
  }

  List<V> all() {
    return List.copyOf(values.values());
  }

  /** Those that have a name, in the order of their links. */
  List<V> named(String name) {
    return links.getOrDefault(name, Set.of()).stream()
        .map(values::get)
        .filter(Objects::nonNull)
        .filter(value -> names.apply(value).contains(name))
        .toList();
  }
}
