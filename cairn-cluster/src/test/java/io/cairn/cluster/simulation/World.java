// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What all parts of one simulation share. */
final class World {

  private final Scenario scenario;
  private final Verdict verdict = new Verdict();
  private final VirtualTime time = new VirtualTime();
  private final Trace trace;
  private final ReplicationNetwork network;
  private final Map<String, SimulatedNode> nodes = new LinkedHashMap<>();
  private final Map<String, ReplicaSetLedger> ledgers = new LinkedHashMap<>();
  private final Map<String, Clients> clients = new LinkedHashMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Invariants invariants = new Invariants(this);
  private final Operator operator;
  private boolean calm;

  World(Scenario scenario, boolean readable) {
    this.scenario = scenario;
    this.trace = new Trace(time, readable);
    this.network = new ReplicationNetwork(this, scenario.seed() * 31 + 7);
    Random random = new Random(scenario.seed() * 17 + 3);
    this.operator = new Operator(this, random.nextLong());
    for (String id : scenario.nodeIds()) {
      nodes.put(id, new SimulatedNode(this, nodes.size(), id, random.nextLong()));
    }
    for (String id : scenario.groupIds()) {
      ledgers.put(id, new ReplicaSetLedger(id, verdict));
      clients.put(id, new Clients(this, id, random.nextLong()));
    }
  }

  Scenario scenario() {
    return scenario;
  }

  Verdict verdict() {
    return verdict;
  }

  Operator operator() {
    return operator;
  }

  VirtualTime time() {
    return time;
  }

  Trace trace() {
    return trace;
  }

  ReplicationNetwork network() {
    return network;
  }

  Collection<SimulatedNode> nodes() {
    return nodes.values();
  }

  /** Returns a node by its name; null if there is none. */
  SimulatedNode node(String id) {
    return nodes.get(id);
  }

  ReplicaSetLedger ledger(String group) {
    return ledgers.get(group);
  }

  Clients clients(String group) {
    return clients.get(group);
  }

  /** Lets happen what is due until then; throws if an invariant did not hold. */
  void runUntil(long end) {
    while (time.step(end)) {
      verdict.confirm();
    }
  }

  /** Tells whether trouble has ended for good. */
  boolean isCalm() {
    return calm;
  }

  /** From now on nothing is lost, cut or paused any more. */
  void calmDown() {
    calm = true;
    network.calm();
    nodes.values().forEach(SimulatedNode::calmDown);
    ledgers.values().forEach(ReplicaSetLedger::calmDown);
  }

  Invariants invariants() {
    return invariants;
  }

  /** Counts what has happened, for the report. */
  void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  Map<String, Integer> counts() {
    return counts;
  }
}
