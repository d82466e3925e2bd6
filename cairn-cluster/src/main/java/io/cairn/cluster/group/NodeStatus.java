// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

/** How a node of a group is doing. */
public enum NodeStatus {
  /** Not heard of yet since this node started. */
  UNKNOWN,
  /** Dead or stopped. */
  UNAVAILABLE,
  /** Alive, and its copies are up to date. */
  AVAILABLE,
  /** Alive, and still being brought up to date. */
  SYNCHRONIZING
}
