// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

/**
 * How a node selector spreads documents over a group.
 *
 * @param name the selector's name within its group; letters, digits, dots and dashes
 * @param replicationFactor how many nodes hold each document; 0 for all
 */
public record SelectorSpec(String name, int replicationFactor) {

  /** The selector that keeps every document on every node. */
  public static final SelectorSpec EVERYWHERE = new SelectorSpec("default", 0);

  /** Checks the ranges. */
  public SelectorSpec {
    if (!name.matches("[A-Za-z0-9.-]{1,64}")) {
      throw new IllegalArgumentException(
          "a selector's name is 1 to 64 letters, digits, dots and dashes, not '" + name + "'");
    }
    if (replicationFactor < 0) {
      throw new IllegalArgumentException("replicationFactor must not be negative");
    }
  }
}
