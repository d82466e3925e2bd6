// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.Leadership;
import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;

/** What must hold at every moment, on the replicas themselves. */
final class Invariants {

  private final World world;

  Invariants(World world) {
    this.world = world;
  }

  /** Checks all that an event on this node can have broken. */
  void checkAfter(SimulatedNode node) {
    SimulatedProcess process = node.process();
    if (process == null || process.hasFailed()) {
      return; // what it knows since may not be on its disk, but it tells nobody
    }
    process
        .groups()
        .forEach(
            (id, group) -> {
              checkTerm(node, id, group);
              checkLeader(node, id, group);
            });
  }

  private void checkTerm(SimulatedNode node, String id, ReplicaSet group) {
    long term = group.term();
    long said = node.terms().getOrDefault(node.process().logName(id), 0L);
    if (said > term) {
      throw world.ledger(id).wrong(node.id() + " went back from term " + said + " to " + term);
    }
    if (node.process().sees(id, term)) {
      world.trace().note(node.id(), "term", id, term);
    }
  }

  private void checkLeader(SimulatedNode node, String id, ReplicaSet group) {
    if (!group.isLeader()) {
      return;
    }
    ReplicaSetLedger ledger = world.ledger(id);
    if (ledger.leads(node.id(), group.term())) {
      world.trace().note(node.id(), "leads", id, group.term());
    }
    Leadership leadership = node.isBlocked() ? null : group.leadership();
    if (leadership == null) {
      return;
    }
    if (!group.members().contains(new Member(node.id(), true))) {
      throw ledger.wrong(node.id() + " leads and has no vote, of " + group.members());
    }
    for (SimulatedNode other : world.nodes()) {
      SimulatedProcess process = other.process();
      if (other == node || process == null || other.isBlocked()) {
        continue;
      }
      ReplicaSet same = process.group(id);
      Leadership rival = same == null ? null : same.leadership();
      if (rival != null) {
        throw ledger.wrong(
            node.id()
                + " and "
                + other.id()
                + " both hold leadership, of terms "
                + leadership.term()
                + " and "
                + rival.term());
      }
    }
  }
}
