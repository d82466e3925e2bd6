// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.Applied;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * The clients of one group: they write unique values, read, and hold the answers against each
 * other.
 */
final class Clients {

  private static final int KEYS = 8;
  private static final int BURST = 60;

  /** Handed over beside a command; must come back to the same process and nowhere else. */
  private record Attachment(SimulatedProcess process, long write) {}

  private final World world;
  private final String group;
  private final Random random;
  private final Set<Long> attached = new HashSet<>();
  private final Map<String, Integer> writes = new HashMap<>();
  private final Map<String, Integer> leaseReads = new HashMap<>();
  private final Map<String, Integer> indexedReads = new HashMap<>();

  /** The writes that have not ended, and where. */
  private final Map<Long, SimulatedProcess> open = new HashMap<>();

  private long serial;

  Clients(World world, String group, long seed) {
    this.world = world;
    this.group = group;
    this.random = new Random(seed);
  }

  /** Adds how often operations ended how. */
  void addTo(Map<String, Integer> counts) {
    writes.forEach((end, n) -> counts.merge("write " + end, n, Integer::sum));
    leaseReads.forEach((end, n) -> counts.merge("lease read " + end, n, Integer::sum));
    indexedReads.forEach((end, n) -> counts.merge("indexed read " + end, n, Integer::sum));
  }

  /** Writes once, to whom a client would turn. */
  void propose() {
    SimulatedProcess target = target();
    if (target != null) {
      target.run(() -> proposeAt(target));
    }
  }

  /** Writes more at once than a group may take. */
  void burst() {
    SimulatedProcess target = target();
    if (target != null) {
      for (int i = 0; i < BURST; i++) {
        target.run(() -> proposeAt(target));
      }
    }
  }

  private void proposeAt(SimulatedProcess process) {
    ReplicaSet replica = process.group(group);
    MapMachine machine = process.machine(group);
    if (replica == null || machine == null) {
      return;
    }
    int key = random.nextInt(KEYS);
    long expected = random.nextInt(3) == 0 ? machine.value(key) : 0;
    int padding = random.nextInt(random.nextInt(8) == 0 ? 8000 : 300);
    Write write = new Write(++serial, key, expected, padding);
    ReplicaSetLedger ledger = world.ledger(group);
    long frontier = ledger.frontier();
    Attachment attachment = new Attachment(process, write.id());
    world.trace().note(process.node().id(), "propose", group, write.id());
    open.put(write.id(), process);
    var _ =
        replica
            .propose(write.encode(), attachment)
            .whenComplete(
                (applied, failure) -> {
                  open.remove(write.id());
                  observe(process, () -> ended(process, write, frontier, applied, failure));
                });
  }

  /** Returns how many writes have neither been done nor been given up by those who live. */
  long unanswered() {
    return open.values().stream().filter(SimulatedProcess::isAlive).count();
  }

  /** The client learns what its node knows by now, unless that node has died. */
  private void observe(SimulatedProcess process, Runnable observation) {
    if (process.isAlive()) {
      world.time().at(process.node().localNow(), observation);
    }
  }

  private void ended(
      SimulatedProcess process, Write write, long frontier, Applied applied, Throwable failure) {
    String end = count(writes, failure == null ? null : unwrap(failure));
    world.trace().note(process.node().id(), end, group, write.id());
    if (failure != null && world.trace().readable()) {
      world.trace().note(process.node().id(), "because", stack(failure));
    }
    ReplicaSetLedger ledger = world.ledger(group);
    if (applied != null) {
      ledger.acknowledged(write.id(), applied.index(), frontier);
      if (!attached.remove(write.id())) {
        throw ledger.wrong("write " + write.id() + " was acknowledged without its attachment");
      }
      if (!(applied.result() instanceof MapMachine.Written(boolean done, long before))
          || done != (write.expected() == 0 || write.expected() == before)) {
        throw ledger.wrong("write " + write.id() + " was answered with " + applied.result());
      }
      return;
    }
    switch (unwrap(failure)) {
      case NotLeaderException _, OverloadedException _, ReplicaSetStoppedException _ ->
          ledger.refused(write.id());
      case OutcomeUnknownException _ -> {}
      default -> throw world.verdict().broken("a write ended oddly", failure);
    }
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static String stack(Throwable failure) {
    StringWriter out = new StringWriter();
    failure.printStackTrace(new PrintWriter(out));
    return out.toString();
  }

  private static String count(Map<String, Integer> ends, Throwable failure) {
    String end = failure == null ? "done" : failure.getClass().getSimpleName();
    ends.merge(end, 1, Integer::sum);
    return end;
  }

  /** A command is being applied with what came beside it. */
  void attached(SimulatedProcess process, Write write, Object attachment) {
    if (attachment == null) {
      return;
    }
    if (!attachment.equals(new Attachment(process, write.id()))) {
      throw world.ledger(group).wrong("write " + write.id() + " came with " + attachment);
    }
    attached.add(write.id());
  }

  /** Reads under the lease of whoever claims it. */
  void readFromLeader() {
    SimulatedProcess target = target();
    if (target != null) {
      target.run(() -> readUnderLease(target));
    }
  }

  private void readUnderLease(SimulatedProcess process) {
    ReplicaSet replica = process.group(group);
    if (replica == null) {
      return;
    }
    ReplicaSetLedger ledger = world.ledger(group);
    long frontier = ledger.frontier();
    long index = process.machine(group).index();
    boolean leads = replica.leadership() != null;
    leaseReads.merge(leads ? "done" : "not as leader", 1, Integer::sum);
    if (!leads) {
      return;
    }
    ledger.read(process.node().id(), index, frontier);
  }

  /** Reads from any replica, after asking the leader how far it must have come. */
  void readFromAnywhere() {
    SimulatedProcess target = one(false);
    if (target != null) {
      target.run(() -> readIndexed(target));
    }
  }

  private void readIndexed(SimulatedProcess process) {
    ReplicaSet replica = process.group(group);
    if (replica == null) {
      return;
    }
    MapMachine machine = process.machine(group);
    ReplicaSetLedger ledger = world.ledger(group);
    long frontier = ledger.frontier();
    var _ =
        replica
            .readIndex()
            .thenCompose(replica::awaitApplied)
            .whenComplete(
                (_, failure) -> {
                  long index = machine.index();
                  observe(process, () -> wasRead(process, failure, index, frontier));
                });
  }

  private void wasRead(SimulatedProcess process, Throwable failure, long index, long frontier) {
    count(indexedReads, failure == null ? null : unwrap(failure));
    if (failure == null) {
      world.ledger(group).read(process.node().id(), index, frontier);
      return;
    }
    if (!(unwrap(failure) instanceof ReplicationException)) {
      throw world.verdict().broken("a read ended oddly", failure);
    }
  }

  /**
   * Returns mostly a node that believes that it leads; null if a client gives up, or none is up.
   */
  private SimulatedProcess target() {
    SimulatedProcess leading = random.nextInt(5) > 0 ? one(true) : null;
    return leading != null || random.nextInt(3) > 0 ? leading : one(false);
  }

  /** Returns one of those who are up, or of those who believe that they lead, each as likely. */
  private SimulatedProcess one(boolean leading) {
    SimulatedProcess chosen = null;
    int candidates = 0;
    for (SimulatedNode node : world.nodes()) {
      SimulatedProcess process = node.process();
      if (process != null && (!leading || leads(process)) && random.nextInt(++candidates) == 0) {
        chosen = process;
      }
    }
    return chosen;
  }

  private boolean leads(SimulatedProcess process) {
    ReplicaSet replica = process.group(group);
    return replica != null && replica.isLeader();
  }
}
