// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.membership.ClusterMember;
import io.cairn.net.peer.PeerNetwork;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When this node last had word from others: the last frame on the connection with one, and, when
 * there is none, the last thing that is known to have come from it. Thread-safe; holds live nodes.
 */
final class LastSeen {

  private final PeerNetwork peers;
  private final InstantSource clock;
  private final Map<String, Instant> heard = new ConcurrentHashMap<>();

  LastSeen(PeerNetwork peers, InstantSource clock) {
    this.peers = peers;
    this.clock = clock;
  }

  /** A live node has shown that it is there. */
  void heardOf(String nodeId) {
    heard.put(nodeId, clock.instant());
  }

  void forget(String nodeId) {
    heard.remove(nodeId);
  }

  Instant of(ClusterMember member, boolean isSelf) {
    Instant now = clock.instant();
    if (isSelf) {
      return now;
    }
    Instant known = heard.getOrDefault(member.nodeId(), Instant.EPOCH);
    Instant frame = peers.silence(member.address()).map(now::minus).orElse(known);
    return frame.isAfter(known) ? frame : known;
  }
}
