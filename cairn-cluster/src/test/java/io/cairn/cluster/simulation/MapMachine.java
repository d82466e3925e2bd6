// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.StateMachine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A map of numbers, whose store survives its process as far as it was made durable. */
final class MapMachine implements StateMachine {

  /** A state and the index of the last command in it. */
  static final class State {
    final TreeMap<Integer, Long> values = new TreeMap<>();
    long index;
    long digest;

    State copy() {
      State copy = new State();
      copy.values.putAll(values);
      copy.index = index;
      copy.digest = digest;
      return copy;
    }
  }

  /** What the disk holds for one replica; survives power failures. */
  static final class Store {
    private State durable = new State();

    /** The index up to which {@link #durable} stands, be there commands or not. */
    private long durableIndex;

    private State fetched;
    private long fetchedFor;
  }

  /** What a write came to. */
  record Written(boolean done, long before) {}

  private final World world;
  private final SimulatedProcess process;
  private final String group;
  private final Store store;
  private final State state;

  /** The last index this replica was told of; a state fetched from elsewhere may be ahead of it. */
  private long seen;

  private boolean committing;

  MapMachine(World world, SimulatedProcess process, String group, Store store) {
    this.world = world;
    this.process = process;
    this.group = group;
    this.store = store;
    this.state = store.durable.copy();
    this.seen = store.durableIndex;
  }

  /** Returns the index of the last command in the state. */
  long index() {
    return state.index;
  }

  long digest() {
    return state.digest;
  }

  long value(int key) {
    return state.values.getOrDefault(key, 0L);
  }

  @Override
  public Object apply(long index, byte[] command, Object attachment) {
    Write write = Write.decode(command);
    if (!process.isAlive()) {
      return null;
    }
    if (index <= seen) {
      throw world.ledger(group).wrong(process.node().id() + " applied " + index + " twice");
    }
    seen = index;
    if (index <= state.index) {
      return null; // fetched with a later state than was asked for
    }
    long before = value(write.key());
    boolean done = write.expected() == 0 || write.expected() == before;
    if (done) {
      state.values.put(write.key(), write.id());
    }
    int content = Arrays.hashCode(command);
    long previous = state.index;
    state.index = index;
    state.digest = (state.digest * 31 + index) * 0x9E3779B97F4A7C15L + content + (done ? 1 : 0);
    if (world.trace().readable()) {
      world
          .trace()
          .note(process.node().id(), "apply", group + " write " + write.id() + " at", index);
    }
    world.ledger(group).applied(process.node().id(), previous, index, write, content, state.digest);
    process.clientsOf(group).attached(process, write, attachment);
    return new Written(done, before);
  }

  /** Each node in turn, for a second of its own, while there is trouble. */
  @Override
  public boolean isCrowded() {
    long second = world.time().now() / VirtualTime.SECONDS;
    return !world.isCalm() && (second + process.node().id().hashCode()) % 5 == 0;
  }

  @Override
  public long durableIndex() {
    return store.durableIndex;
  }

  @Override
  public void makeDurable(long index) {
    if (!committing) {
      committing = true;
      long delay = (long) (process.random().nextDouble() * 300 * VirtualTime.MILLIS);
      process.later(delay, this::commit);
    }
  }

  /** Brings the store to where the state is. */
  void commit() {
    committing = false;
    store.durable = state.copy();
    store.durableIndex = Math.max(store.durableIndex, seen);
    world.trace().note(process.node().id(), "commit", group, state.index);
  }

  @Override
  public byte[] snapshotReference(long index) {
    world.trace().note(process.node().id(), "snapshot", group, index);
    world.count("snapshots");
    return Long.toString(index).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public CompletionStage<Void> prepareInstall(String fromNode, long index, byte[] reference) {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    long delay = (long) (process.random().nextDouble() * 500 * VirtualTime.MILLIS);
    boolean fails = process.random().nextInt(4) == 0 && !world.isCalm();
    boolean early = process.random().nextBoolean();
    world.trace().note(process.node().id(), "fetch", group + " from " + fromNode, index);
    State taken = early ? stateAt(fromNode, index) : null;
    process.later(
        delay,
        () -> {
          State there = early ? taken : stateAt(fromNode, index);
          if (fails || there == null) {
            ready.completeExceptionally(new IllegalStateException("the transfer broke"));
            return;
          }
          if (store.fetched == null || store.fetchedFor <= index) {
            store.fetched = there;
            store.fetchedFor = index;
          }
          ready.complete(null);
        });
    return ready;
  }

  /** Returns a copy of another replica's state, if it can be reached and stands at the index. */
  private State stateAt(String node, long index) {
    SimulatedNode peer = world.node(node);
    if (peer.process() == null
        || !world.network().isOpen(peer, process.node())
        || !world.network().isOpen(process.node(), peer)) {
      return null;
    }
    MapMachine machine = peer.process().machine(group);
    return machine == null || !world.ledger(group).holdsNothingBetween(machine.state.index, index)
        ? null
        : machine.state.copy();
  }

  @Override
  public void installReference(long index, byte[] reference) {
    if (!process.isAlive()) {
      return;
    }
    world.trace().note(process.node().id(), "install", group, index);
    world.count("installs");
    ReplicaSetLedger ledger = world.ledger(group);
    State fetched = store.fetched;
    boolean covered = fetched != null && fetched.index > state.index;
    if (covered) {
      ledger.copied(process.node().id(), fetched.index, fetched.digest);
      state.values.clear();
      state.values.putAll(fetched.values);
      state.index = fetched.index;
      state.digest = fetched.digest;
    }
    if (!ledger.holdsNothingBetween(state.index, index)) {
      throw ledger.wrong(
          process.node().id()
              + " was told to stand at "
              + index
              + ", but holds only "
              + state.index);
    }
    store.fetched = null;
    store.durable = state.copy();
    seen = Math.max(seen, index);
    store.durableIndex = Math.max(store.durableIndex, seen);
  }
}
