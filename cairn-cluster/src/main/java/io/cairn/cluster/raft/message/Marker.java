// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

/** Operations without a command. */
public enum Marker {
  /** The entry with which a leader begins its term. */
  NEW_TERM,
  /** A query that only asks whether this node still leads. */
  READ_BARRIER
}
