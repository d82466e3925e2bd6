// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeSet;
import io.cairn.cluster.attributes.Confirmation;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An attribute as clients see it.
 *
 * @param set the name of its set
 * @param name its name
 * @param type the simple name of its Java type; null if there is no such attribute
 * @param value a number, text, true or false; null if there is no such attribute
 * @param confirmed the other nodes that have a change, if the client waited for them
 * @param unconfirmed those that did not say so in time, if the client waited for them
 */
public record AttributeState(
    String set,
    String name,
    @Nullable String type,
    @Nullable Object value,
    @Nullable Set<String> confirmed,
    @Nullable Set<String> unconfirmed) {

  static AttributeState of(String set, Attribute<?> attribute) {
    return new AttributeState(
        set,
        attribute.name(),
        attribute.type().typeName(),
        AttributeValues.shown(attribute.value()),
        null,
        null);
  }

  /** What stands for an attribute that is not there. */
  static AttributeState undefined(String set, String name) {
    return new AttributeState(set, name, null, null, null, null);
  }

  AttributeState confirmedBy(Confirmation confirmation) {
    return new AttributeState(
        set,
        name,
        type,
        value,
        new TreeSet<>(confirmation.confirmed()),
        new TreeSet<>(confirmation.unconfirmed()));
  }

  /**
   * A set of attributes as clients see it.
   *
   * @param name its name
   * @param attributes its attributes by name
   * @param confirmed the other nodes that have a change, if the client waited for them
   * @param unconfirmed those that did not say so in time, if the client waited for them
   */
  public record OfSet(
      String name,
      Map<String, AttributeState> attributes,
      @Nullable Set<String> confirmed,
      @Nullable Set<String> unconfirmed) {

    static OfSet of(AttributeSet set) {
      Map<String, AttributeState> attributes = new TreeMap<>();
      for (Attribute<?> attribute : set.all()) {
        attributes.put(attribute.name(), AttributeState.of(set.name(), attribute));
      }
      return new OfSet(set.name(), attributes, null, null);
    }

    OfSet confirmedBy(Confirmation confirmation) {
      return new OfSet(
          name,
          attributes,
          new TreeSet<>(confirmation.confirmed()),
          new TreeSet<>(confirmation.unconfirmed()));
    }
  }

  /**
   * All sets as clients see them.
   *
   * @param sets the sets by name
   */
  public record OfAll(Map<String, OfSet> sets) {

    static OfAll of(Collection<AttributeSet> all) {
      Map<String, OfSet> sets = new TreeMap<>();
      for (AttributeSet set : all) {
        sets.put(set.name(), OfSet.of(set));
      }
      return new OfAll(sets);
    }
  }
}
