// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.GroupSetup;
import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.StateMachine;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition on this node, with or without a replica here. Starting and giving up happen on virtual
 * threads, one at a time.
 */
final class Replica implements Partition {

  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  private final GroupContext context;
  private final PartitionId id;
  private final Runnable wake;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NONE);
  private volatile @Nullable ReplicationGroup group;
  private volatile @Nullable StateMachine machine;
  private volatile @Nullable String failure;
  private volatile @Nullable String leaderElsewhere;
  private volatile List<String> holders = List.of();
  private volatile @Nullable Throwable cause;
  private @Nullable Long unwantedSince;
  private volatile @Nullable Thread worker;
  private volatile @Nullable String logName;

  /** What has become of the replica here. */
  enum Stage {
    NONE,
    STARTING,
    RUNNING,
    LEAVING,
    FAILED,
    CLOSED
  }

  Replica(GroupContext context, PartitionId id, Runnable wake) {
    this.context = context;
    this.id = id;
    this.wake = wake;
  }

  @Override
  public PartitionId id() {
    return id;
  }

  @Override
  public @Nullable ReplicationGroup replica() {
    return group;
  }

  @Override
  public @Nullable StateMachine machine() {
    return machine;
  }

  @Override
  public @Nullable String owner() {
    ReplicationGroup here = group;
    String leader = here == null ? null : here.leader();
    return leader != null ? leader : leaderElsewhere;
  }

  @Override
  public List<String> holders() {
    return holders;
  }

  Stage stage() {
    return Objects.requireNonNull(stage.get());
  }

  /** Returns why there is no replica here although there should be; null if there is none. */
  @Nullable String failure() {
    return failure;
  }

  /** Returns what kept the replica from being opened, or null. */
  @Nullable Throwable cause() {
    return stage.get() == Stage.FAILED ? cause : null;
  }

  /** Tells whether this node may have anything of the partition. */
  boolean isStored() {
    return stage() == Stage.RUNNING || stage() == Stage.FAILED;
  }

  /** Notes that the replica is to be here. Upkeep's thread only, as the next. */
  void isWanted() {
    unwantedSince = null;
  }

  /** Notes that the replica is not to be here, and returns since when that is known. */
  long unwantedSince(long nowNanos) {
    Long since = unwantedSince;
    if (since == null) {
      since = nowNanos;
      unwantedSince = since;
    }
    return since;
  }

  void heldBy(List<String> nodes) {
    holders = nodes;
  }

  /** Notes who leads, as another node has told; null if the one that did is gone. */
  void ledBy(@Nullable String leader) {
    leaderElsewhere = leader;
  }

  /** Names the partition within its group. */
  String key() {
    return id.selector() + "/" + id.number();
  }

  /** Starts the replica, unless that was begun before. Does not wait. */
  void start(GroupSetup setup) {
    if (!stage.compareAndSet(Stage.NONE, Stage.STARTING)) {
      return;
    }
    logName = setup.logName();
    worker = Thread.ofVirtual().name("cairn-start-" + id.directoryName()).start(() -> run(setup));
  }

  private void run(GroupSetup setup) {
    Stage reached = Stage.FAILED;
    try {
      StateMachine opened = context.environment().machines().open(id);
      machine = opened;
      ReplicationGroup started =
          SystemPartition.await(context.environment().node().startGroup(setup, opened));
      group = started;
      reached = Stage.RUNNING;
      started.onLeadershipChange(new SystemPartition.Waker(wake));
    } catch (IOException | RuntimeException e) {
      failure = "its replica on " + context.self() + " cannot be opened: " + e.getMessage();
      cause = e;
      LOG.error("Partition {}: {}", id.groupName(), failure, e);
      if (machine != null) {
        context.environment().machines().close(id);
        machine = null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "this node is stopping";
    }
    if (!stage.compareAndSet(Stage.STARTING, reached)) {
      closeMachine(); // closed meanwhile
    }
    wake.run();
  }

  /**
   * Gives the replica up for good: the log forgets its group, its store is deleted. Blocks; nothing
   * happens unless it runs or has failed.
   */
  void giveUp() throws IOException {
    if (!stage.compareAndSet(Stage.RUNNING, Stage.LEAVING)
        && !stage.compareAndSet(Stage.FAILED, Stage.LEAVING)) {
      return;
    }
    group = null;
    context.environment().node().removeGroup(id.groupName()).join();
    String stored = logName;
    if (stored != null) {
      context.environment().node().forgetGroup(stored); // if it could never be started
    }
    closeMachine();
    context.environment().machines().delete(id);
    failure = null;
    stage.set(Stage.NONE);
    wake.run();
  }

  /** Waits until a start that was begun has ended. */
  void settle() throws InterruptedException {
    Thread starting = worker;
    if (starting != null) {
      starting.join();
    }
  }

  /** Closes the store; the node has stopped replicating before. */
  void close() {
    Stage before = stage.getAndSet(Stage.CLOSED);
    if (before == Stage.RUNNING) {
      group = null;
      closeMachine();
    }
  }

  private synchronized void closeMachine() {
    if (machine != null) {
      machine = null;
      context.environment().machines().close(id);
    }
  }
}
