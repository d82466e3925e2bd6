// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.ClusterHealth;
import java.util.List;

/**
 * How a host and its cluster are, as clients see it.
 *
 * @param live whether the process answers: true in every answer
 * @param healthy whether the start is completed and enough nodes are live
 * @param ready whether documents can be read and written here
 * @param startupCompleted whether this host has found its group, or the time for that is over
 * @param liveNodes how many nodes are live, this one included
 * @param requiredNodes how many must be; 0 while that is not known
 * @param why what keeps it from being ready, and what operators should look at, a sentence each
 */
public record HealthState(
    boolean live,
    boolean healthy,
    boolean ready,
    boolean startupCompleted,
    int liveNodes,
    int requiredNodes,
    List<String> why) {

  static HealthState of(ClusterHealth health) {
    return new HealthState(
        true,
        health.healthy(),
        health.ready(),
        health.startupCompleted(),
        health.live(),
        health.required(),
        health.why());
  }

  /** The state of a host that has only just begun to listen, or will not for much longer. */
  public static HealthState notReady(String why) {
    return new HealthState(true, false, false, false, 1, 0, List.of(why));
  }
}
