// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.List;

/**
 * Whether the cluster can work, as one node sees it.
 *
 * @param healthy whether this node has finished its start and enough nodes are live
 * @param ready whether documents can be read and written here, too: it is healthy, and each
 *     partition of the default group has a leader
 * @param startupCompleted whether this node has found its group, or the time for that is over
 * @param live how many nodes are live, this one included
 * @param required how many must be
 * @param why what keeps it from being ready, a sentence each; then what operators should look at
 *     although it may be ready, such as peers that cannot be reached
 */
public record ClusterHealth(
    boolean healthy,
    boolean ready,
    boolean startupCompleted,
    int live,
    int required,
    List<String> why) {

  /** Copies the sentences. */
  public ClusterHealth {
    why = List.copyOf(why);
  }
}
