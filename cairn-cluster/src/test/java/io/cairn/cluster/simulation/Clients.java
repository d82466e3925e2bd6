// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.Applied;
import io.cairn.cluster.GroupStoppedException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationGroup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** The clients of one group: they write unique values, read, and hold the answers against each other. */
final class Clients {

  private static final int KEYS = 8;
  private static final int BURST = 60;

  /** Handed over beside a command; must come back to the same process and nowhere else. */
  private record Attachment(SimulatedProcess process, long write) {}

  private final World world;
  private final String group;
  private final Random random;
  private final Set<Long> attached = new HashSet<>();
  private final Map<String, Integer> outcomes = new HashMap<>();
  private long serial;

  Clients(World world, String group, long seed) {
    this.world = world;
    this.group = group;
    this.random = new Random(seed);
  }

  /** Returns how often operations ended how. */
  Map<String, Integer> outcomes() {
    return outcomes;
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
    ReplicationGroup replica = process.group(group);
    MapMachine machine = process.machine(group);
    if (replica == null || machine == null) {
      return;
    }
    int key = random.nextInt(KEYS);
    long expected = random.nextInt(3) == 0 ? machine.value(key) : 0;
    int padding = random.nextInt(random.nextInt(8) == 0 ? 8000 : 300);
    Write write = new Write(++serial, key, expected, padding);
    GroupLedger ledger = world.ledger(group);
    long frontier = ledger.frontier();
    Attachment attachment = new Attachment(process, write.id());
    world.trace().note(process.node().id(), "propose", group + " write " + write.id());
    var _ =
        replica
            .propose(write.encode(), attachment)
            .whenComplete(
                (applied, failure) ->
                    observe(process, () -> ended(process, write, frontier, applied, failure)));
  }

  /** The client learns what its node knows by now, unless that node has died. */
  private void observe(SimulatedProcess process, Runnable observation) {
    if (process.isAlive()) {
      world.time().at(process.node().localNow(), observation);
    }
  }

  private void ended(
      SimulatedProcess process, Write write, long frontier, Applied applied, Throwable failure) {
    String end = failure == null ? "acknowledged" : unwrap(failure).getClass().getSimpleName();
    count("write " + end);
    world.trace().note(process.node().id(), end, group + " write " + write.id());
    if (failure != null && world.trace().readable()) {
      world.trace().note(process.node().id(), "because", stack(failure));
    }
    GroupLedger ledger = world.ledger(group);
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
      case NotLeaderException _, OverloadedException _, GroupStoppedException _ ->
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

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
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
    ReplicationGroup replica = process.group(group);
    if (replica == null) {
      return;
    }
    GroupLedger ledger = world.ledger(group);
    long frontier = ledger.frontier();
    long index = process.machine(group).index();
    try {
      replica.ensureLeader();
    } catch (NotLeaderException | GroupStoppedException e) {
      count("lease read " + e.getClass().getSimpleName());
      return;
    }
    count("lease read done");
    ledger.read(process.node().id(), index, frontier);
  }

  /** Reads from any replica, after asking the leader how far it must have come. */
  void readFromAnywhere() {
    SimulatedProcess target = anyone();
    if (target != null) {
      target.run(() -> readIndexed(target));
    }
  }

  private void readIndexed(SimulatedProcess process) {
    ReplicationGroup replica = process.group(group);
    if (replica == null) {
      return;
    }
    MapMachine machine = process.machine(group);
    GroupLedger ledger = world.ledger(group);
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
    if (failure == null) {
      count("indexed read done");
      world.ledger(group).read(process.node().id(), index, frontier);
      return;
    }
    count("indexed read " + unwrap(failure).getClass().getSimpleName());
    if (!(unwrap(failure) instanceof ReplicationException)) {
      throw world.verdict().broken("a read ended oddly", failure);
    }
  }

  /** Returns mostly a node that believes that it leads, or null if nobody is there. */
  SimulatedProcess target() {
    if (random.nextInt(5) > 0) {
      List<SimulatedProcess> leading = new ArrayList<>();
      for (SimulatedProcess process : processes()) {
        ReplicationGroup replica = process.group(group);
        if (replica != null && replica.isLeader()) {
          leading.add(process);
        }
      }
      if (!leading.isEmpty()) {
        return leading.get(random.nextInt(leading.size()));
      }
    }
    return anyone();
  }

  private SimulatedProcess anyone() {
    List<SimulatedProcess> all = processes();
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private List<SimulatedProcess> processes() {
    return world.nodes().values().stream()
        .map(SimulatedNode::process)
        .filter(process -> process != null)
        .toList();
  }
}
