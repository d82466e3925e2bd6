// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

/** What a node does in a group. */
public enum NodeRole {
  /** Votes and owns documents. */
  PEER,
  /** Holds copies, never votes and never owns. */
  OBSERVER
}
