// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** One life of a node's process, around the real replication code. */
final class SimulatedProcess {

  private static final Path DIRECTORY = Path.of("/log");
  private static final long SLOW_NANOS = 20 * VirtualTime.MILLIS;

  private final World world;
  private final SimulatedNode node;
  private final int incarnation;
  private final Map<String, ReplicaSet> groups = new TreeMap<>();
  private final Map<String, MapMachine> machines = new TreeMap<>();
  private final Map<String, String> logNames = new TreeMap<>();
  private final Map<String, Long> seen = new TreeMap<>();

  private BiConsumer<String, byte[]> receiver = (_, _) -> {};

  /** The last of the steps that start and remove a group; each waits for the one before. */
  private final Map<String, CompletableFuture<Void>> steps = new TreeMap<>();

  private ReplicationNode replication;

  /** What came while the process stood still, in its order. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private boolean alive = true;
  private boolean failed;

  SimulatedProcess(World world, SimulatedNode node, int incarnation) {
    this.world = world;
    this.node = node;
    this.incarnation = incarnation;
  }

  SimulatedNode node() {
    return node;
  }

  int incarnation() {
    return incarnation;
  }

  Random random() {
    return node.random();
  }

  /** Tells whether it has said that it is of no use any more. */
  boolean hasFailed() {
    return failed;
  }

  boolean isAlive() {
    return alive;
  }

  void die() {
    alive = false;
  }

  ReplicationNode replication() {
    return replication;
  }

  Clients clientsOf(String group) {
    return world.clients(group);
  }

  /** Returns the group if it is started here, or null. */
  ReplicaSet group(String id) {
    return groups.get(id);
  }

  Map<String, ReplicaSet> groups() {
    return groups;
  }

  String logName(String group) {
    return logNames.get(group);
  }

  /** Returns whether a replica set's term is another than when it was last seen. */
  boolean sees(String group, long term) {
    Long before = seen.put(group, term);
    return before == null || before != term;
  }

  /** A replica set has spoken in a term: a later process must not fall behind that. */
  void said(String group, long term) {
    String logName = logNames.get(group);
    if (logName != null) {
      node.terms().merge(logName, term, Math::max);
    }
  }

  MapMachine machine(String group) {
    return machines.get(group);
  }

  void receiver(BiConsumer<String, byte[]> taker) {
    receiver = taker;
  }

  void receive(String from, byte[] frame) {
    receiver.accept(from, frame);
  }

  /**
   * Runs a task as an event of this process: now, or when it is free, after those that came before;
   * never once it is dead.
   */
  void run(Runnable task) {
    if (!alive) {
      return;
    }
    if (waiting.isEmpty() && !node.isBlocked()) {
      perform(task);
      return;
    }
    if (waiting.isEmpty()) {
      world.time().at(node.blockedUntil(), this::goOn);
    }
    waiting.add(task);
  }

  /** Takes up what has waited. A process that stands still again keeps its order. */
  private void goOn() {
    while (alive && !waiting.isEmpty()) {
      if (node.isBlocked()) {
        world.time().at(node.blockedUntil(), this::goOn);
        return;
      }
      Runnable task = waiting.peek();
      perform(task);
      waiting.poll(); // only now: what it asks for comes behind those that wait
    }
  }

  private void perform(Runnable task) {
    node.begin();
    EngineErrors.running(this);
    try {
      task.run();
    } finally {
      EngineErrors.running(null);
      node.end();
    }
    world.invariants().checkAfter(node);
  }

  /** Runs a task after some true time. */
  void later(long delay, Runnable task) {
    world.time().at(node.localNow() + delay, () -> run(task));
  }

  private void execute(Runnable task) {
    later(random().nextInt((int) (20 * VirtualTime.MICROS)), task);
  }

  /** Runs a task on another thread: what it does to the disk keeps nobody else waiting. */
  private void aside(Runnable task) {
    execute(
        () -> {
          task.run();
          if (node.goOn() > SLOW_NANOS) {
            world.count("slow work beside the shard");
          }
        });
  }

  private void schedule(Runnable task, long clockDelay) {
    later(node.trueDelay(clockDelay), task);
  }

  /** Opens the log and resumes all replicas. */
  void open() {
    WatchedFiles files =
        new WatchedFiles(node.disk().process(), operation -> node.diskUsed(this, operation));
    ReplicationEnvironment environment =
        ReplicationEnvironment.system(System::nanoTime)
            .withFiles(files)
            .withRandom(new Random(random().nextLong()))
            .withTransport(world.network().attach(this))
            .with(
                it ->
                    it.nanos(node::clock)
                        .shards(List.of(this::execute))
                        .executor(this::aside)
                        .timer(this::schedule)
                        .ownLogThreads(false));
    ReplicationOptions options =
        world.scenario().options().with(it -> it.nodeId(node.id()).clusterId("simulated"));
    try {
      replication = RaftReplicationNode.open(DIRECTORY, options, environment);
      forgetOldReplicas();
    } catch (IOException | RuntimeException e) {
      mustBeDead("the log was not opened", e);
      return;
    }
    replication.onFatal(this::failed);
    node.replicas().forEach((group, replica) -> startReplicaSet(replica.setup(), replica.store()));
  }

  private void forgetOldReplicas() throws IOException {
    Set<String> kept = new HashSet<>();
    node.replicas().values().forEach(replica -> kept.add(replica.setup().logName()));
    for (String stored : List.copyOf(replication.storedReplicaSets())) {
      if (!kept.contains(stored)) {
        replication.forgetReplicaSet(stored);
      }
    }
  }

  /** Starts a replica that the node's records name, once an earlier one is gone. */
  void startReplicaSet(ReplicaSetSetup setup, MapMachine.Store store) {
    inTurn(setup.id(), () -> startNow(setup, store));
  }

  /** Stops a replica for good. The node's records do not name it any more. */
  void removeReplicaSet(String group) {
    inTurn(
        group,
        () -> {
          groups.remove(group);
          machines.remove(group);
          return replication.removeReplicaSet(group);
        });
  }

  private void inTurn(String group, Supplier<CompletableFuture<Void>> step) {
    CompletableFuture<Void> before = steps.get(group);
    steps.put(
        group,
        before == null || before.isDone()
            ? step.get()
            : before.handle((_, _) -> null).thenCompose(_ -> step.get()));
  }

  private CompletableFuture<Void> startNow(ReplicaSetSetup setup, MapMachine.Store store) {
    if (!alive) {
      return CompletableFuture.completedFuture(null);
    }
    MapMachine machine = new MapMachine(world, this, setup.id(), store);
    return replication
        .startReplicaSet(setup, machine)
        .handle(
            (group, failure) -> {
              if (failure != null) {
                mustBeDead("group " + setup.id() + " was not started", failure);
              } else if (alive) {
                world.trace().note(node.id(), "started", setup.id());
                machines.put(setup.id(), machine);
                groups.put(setup.id(), group);
                logNames.put(setup.id(), setup.logName());
              }
              return null;
            });
  }

  /** An exception that is no defect if the disk gave it. */
  private void mustBeDead(String what, Throwable failure) {
    if (alive && !node.diskIsBroken()) {
      throw world.verdict().broken(node.id() + ": " + what, failure);
    }
    if (alive) {
      failed(failure);
    }
  }

  /** The engine has caught an exception. */
  void engineFailed(Throwable thrown) {
    if (alive && !failed && !node.diskIsBroken()) {
      throw world.verdict().broken(node.id() + ": the engine has failed: " + thrown, thrown);
    }
  }

  /** The node says that it is of no use any more, as a broken disk must make it do. */
  private void failed(Throwable cause) {
    if (!alive) {
      return;
    }
    failed = true;
    world.trace().note(node.id(), "failed", String.valueOf(cause.getMessage()));
    if (!node.diskIsBroken()) {
      throw world.verdict().broken(node.id() + " gave up without a reason", cause);
    }
    world.time().at(node.localNow(), () -> world.operator().stopFailed(this));
  }
}
