// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeChange;
import io.cairn.cluster.attributes.AttributeSet;
import io.cairn.cluster.attributes.AttributesClient;
import java.util.Collection;
import java.util.List;

/** Holds no attributes and takes none. */
final class NoAttributes implements AttributesClient {

  @Override
  public AttributeChange add(String set, String attribute, Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AttributeChange replace(String set, String attribute, Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AttributeChange remove(String set, String attribute) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AttributeChange removeAll(String set) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Collection<AttributeSet> all() {
    return List.of();
  }

  @Override
  public AttributeSet allOf(String set) {
    return AttributeSet.none(set);
  }

  @Override
  public Attribute<?> attribute(String set, String attribute) {
    return Attribute.UNDEFINED;
  }
}
