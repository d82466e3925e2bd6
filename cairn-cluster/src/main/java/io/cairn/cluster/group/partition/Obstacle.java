// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.partition;

/**
 * One thing that keeps a node from serving a group's documents.
 *
 * @param kind what it is about
 * @param text what is the matter, a sentence without a full stop
 */
public record Obstacle(Kind kind, String text) {

  /** What an obstacle is about. */
  public enum Kind {
    /** Fewer members live than there must be. */
    QUORUM,
    /** Nobody leads the group's members or a partition. */
    LEADER,
    /** A copy on this node is not open, or has not what its leader has. */
    COPY,
    /** Another node is known by this one's name or address. */
    IDENTITY,
    /** What this node is in its group, or what the group does. */
    GROUP
  }
}
