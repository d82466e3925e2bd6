// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter.Demand;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Many filters that wait for documents. Those that demand a value of a property are found by the
 * values that a document has there, so that a document costs a look at its own values and at the
 * filters that may match it, not at all of them. Thread-safe; what is added or removed meanwhile
 * may or may not be found.
 *
 * @param <T> what belongs to a filter; told apart by {@code equals}
 */
public final class FilterIndex<T> {

  /** Filters by the values that they demand, for each property that some demand one of. */
  private final Map<PropertyPath, Map<Object, Set<T>>> byValue = new ConcurrentHashMap<>();

  /** Those that demand no value. */
  private final Set<T> others = ConcurrentHashMap.newKeySet();

  /**
   * Adds a filter.
   *
   * @param filter null if everything matches
   */
  public void add(@Nullable QueryFilter filter, T item) {
    Demand demand = filter == null ? null : filter.demand();
    if (demand == null) {
      others.add(item);
      return;
    }
    byValue.compute(
        demand.path(),
        (_, present) -> {
          Map<Object, Set<T>> values = present == null ? new ConcurrentHashMap<>() : present;
          for (Object value : demand.values()) {
            values.computeIfAbsent(value, _ -> ConcurrentHashMap.newKeySet()).add(item);
          }
          return values;
        });
  }

  /** Takes back what was added with the same filter. */
  public void remove(@Nullable QueryFilter filter, T item) {
    Demand demand = filter == null ? null : filter.demand();
    if (demand == null) {
      others.remove(item);
      return;
    }
    byValue.computeIfPresent(
        demand.path(),
        (_, values) -> {
          for (Object value : demand.values()) {
            values.computeIfPresent(
                value,
                (_, items) -> {
                  items.remove(item);
                  return items.isEmpty() ? null : items;
                });
          }
          return values.isEmpty() ? null : values;
        });
  }

  /** Whether there are no filters. */
  public boolean isEmpty() {
    return others.isEmpty() && byValue.isEmpty();
  }

  /** Finds all; one that demands one of several values perhaps more than once. */
  public void forEach(Consumer<? super T> found) {
    others.forEach(found);
    byValue.values().forEach(values -> values.values().forEach(items -> items.forEach(found)));
  }

  /**
   * Finds those whose filters a document may match: all that do, perhaps others, perhaps one more
   * than once.
   *
   * @param document gives the document, or null if there is none; asked only if that matters
   * @param description of its kind, as for {@link QueryFilter#evaluate}
   */
  public void forEachCandidate(
      Supplier<@Nullable JsonNode> document,
      @Nullable ServiceDocumentDescription description,
      Consumer<? super T> found) {
    others.forEach(found);
    JsonNode tree = byValue.isEmpty() ? null : document.get();
    if (tree == null) {
      return;
    }
    PropertyValues properties = new PropertyValues(tree, description);
    byValue.forEach(
        (path, byItsValue) -> {
          for (Object value : Values.of(properties, path)) {
            Set<T> items = byItsValue.get(value);
            if (items != null) {
              items.forEach(found);
            }
          }
        });
  }

  /** Collects all values that a property has, by matching none of them. Used by one thread. */
  static final class Values implements ValueMatcher {
    private final Set<Object> seen = new HashSet<>();

    private static Set<Object> of(PropertyValues properties, PropertyPath path) {
      Values values = new Values();
      try {
        var _ = properties.anyMatches(path, values);
      } catch (QueryFilter.QueryFilterException e) {
        // A filter that meets this has matched a value before it, which was seen, or does not
        // match.
      }
      return values.seen;
    }

    @Override
    public boolean matchesText(String value) {
      seen.add(value);
      return false;
    }

    @Override
    public boolean matchesNumber(Number indexed) {
      seen.add(Numbers.unsigned(indexed.doubleValue()));
      return false;
    }
  }
}
