// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

/**
 * A change of what readers on this node see, whoever made it. Each is reported exactly once, in the
 * order in which it became visible, with the value that it had: by the time somebody hears of it,
 * readers see it or a later change, which is reported too. A set is reported as created before its
 * attributes are added, and its attributes as removed before it is.
 */
public sealed interface AttributeEvent {

  /** Returns the name of the set. */
  String set();

  /** A set is there. */
  record SetCreated(String set) implements AttributeEvent {}

  /** A set is no longer there. */
  record SetRemoved(String set) implements AttributeEvent {}

  /** An attribute is there. */
  record Added(String set, Attribute<?> attribute) implements AttributeEvent {}

  /**
   * An attribute has another value; another type too, if it was removed and added meanwhile.
   *
   * @param previous what it was
   */
  record Replaced(String set, Attribute<?> attribute, Attribute<?> previous)
      implements AttributeEvent {}

  /**
   * An attribute is no longer there.
   *
   * @param attribute what it was
   */
  record Removed(String set, Attribute<?> attribute) implements AttributeEvent {}
}
