// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * A named set of attributes as it was at one moment. Immutable.
 *
 * @param name the set's name
 * @param attributes the attributes by name, sorted
 * @param isDefined whether there was such a set; if not, it is empty
 */
public record AttributeSet(String name, Map<String, Attribute<?>> attributes, boolean isDefined) {

  /** Copies the attributes. */
  public AttributeSet {
    attributes = java.util.Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /** Makes what stands for a set that is not there. */
  public static AttributeSet none(String name) {
    return new AttributeSet(name, Map.of(), false);
  }

  /** Returns the attributes, ordered by name. */
  public Collection<Attribute<?>> all() {
    return attributes.values();
  }

  /** Returns an attribute, or {@link Attribute#UNDEFINED}. */
  public Attribute<?> attributeNamed(String attribute) {
    return attributes.getOrDefault(attribute, Attribute.UNDEFINED);
  }

  /** Tells whether there was no such set. */
  public boolean isNone() {
    return !isDefined;
  }
}
