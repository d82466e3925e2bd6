// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Collection;

/**
 * Reads and changes the attributes that all nodes share. Reads are immediate and local: they show
 * what this node has at present, its own changes at once, those of other nodes as soon as they have
 * arrived. Changes are accepted here without waiting for anybody and need no quorum; they reach
 * every node that can be reached, now or later. Safe for all threads.
 *
 * <p>Of changes that were made concurrently the one with the later hybrid logical time wins, on all
 * nodes alike; at equal times, that of the node with the greater id. What was removed stays removed
 * until it is added anew. A set comes into being with its first attribute and stays, also empty,
 * until it is removed.
 *
 * <p>Names of sets and attributes are any text of 1 to 255 characters without control characters.
 * All changes throw {@link IllegalArgumentException} for names and values that cannot be, a value
 * of another type than the attribute has, and an attribute that is larger than one message may be;
 * and {@link AttributesFullException} beyond the most attributes that are kept. A node that keeps
 * attributes on disk throws {@link java.io.UncheckedIOException} if it cannot, and one that is not
 * running {@link IllegalStateException}. In all these cases nothing was changed.
 */
public interface AttributesClient {

  /** Adds an attribute, with its set if there is none; leaves one that is there as it is. */
  AttributeChange add(String set, String attribute, Object value);

  /** Gives an attribute that is there another value of the same type. */
  AttributeChange replace(String set, String attribute, Object value);

  /** Removes an attribute; its set stays. */
  AttributeChange remove(String set, String attribute);

  /** Removes a set with all attributes that this node knows in it. */
  AttributeChange removeAll(String set);

  /** Returns all sets, ordered by name. */
  Collection<AttributeSet> all();

  /** Returns a set; {@link AttributeSet#isNone} if there is none of that name. */
  AttributeSet allOf(String set);

  /** Returns an attribute, or {@link Attribute#UNDEFINED}. */
  Attribute<?> attribute(String set, String attribute);
}
