// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.replica;

import io.cairn.cluster.OutdatedReplicaException;
import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.ReplicaDivergedException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.system.SystemPartition;
import io.cairn.cluster.log.LogCorruptedException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition on this node, with or without a replica here. Starting and giving up happen on
 * virtual threads, one at a time.
 */
public final class Replica implements Partition {

  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
  private static final long MAX_PAUSE_NANOS = 30_000_000_000L;

  private final GroupContext context;
  private final PartitionId id;
  private final Runnable wake;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NONE);
  private volatile @Nullable ReplicaSet group;
  private volatile @Nullable StateMachine machine;
  private volatile @Nullable String failure;
  private volatile @Nullable String stoppedFor;
  private volatile @Nullable String leaderElsewhere;
  private volatile List<String> holders = List.of();
  private volatile @Nullable Throwable cause;
  private @Nullable Long unwantedSince;
  private volatile @Nullable Thread worker;
  private volatile @Nullable String logName;
  private volatile @Nullable ReplicaDamagedException damage;
  private volatile boolean diverged;
  private volatile @Nullable Long madeAt;
  private volatile long retryAt;
  private volatile long runningSince;
  private volatile long pauseNanos;

  /** What has become of the replica here. */
  public enum Stage {
    NONE,
    STARTING,
    /** What it had stored is damaged or gone; another node's copy is fetched. */
    REBUILDING,
    RUNNING,
    /** It has failed by itself, and is taken out of service. */
    STOPPING,
    LEAVING,
    /** It cannot be opened, and will be tried again. */
    FAILED,
    CLOSED
  }

  public Replica(GroupContext context, PartitionId id, Runnable wake) {
    this.context = context;
    this.id = id;
    this.wake = wake;
  }

  @Override
  public PartitionId id() {
    return id;
  }

  @Override
  public @Nullable ReplicaSet replica() {
    return group;
  }

  @Override
  public @Nullable StateMachine machine() {
    ReplicaSet here = group;
    StateMachine driven = machine;
    boolean serves = here != null && here.failure() == null && stage.get() == Stage.RUNNING;
    return serves && driven != null && driven.failure() == null ? driven : null;
  }

  @Override
  public String trouble() {
    String known = failure;
    return known != null && stage.get() != Stage.RUNNING ? known : "";
  }

  @Override
  public @Nullable String owner() {
    ReplicaSet here = group;
    String leader = here == null ? null : here.leader();
    return leader != null ? leader : leaderElsewhere;
  }

  @Override
  public List<String> holders() {
    return holders;
  }

  @Override
  public boolean isNew() {
    Long since = madeAt;
    return since != null && nanos() - since < context.timings().making().toNanos();
  }

  /** Notes that the group has made the partition just now. */
  public void isMade() {
    madeAt = nanos();
  }

  /** Notes that nothing is in its way; from now on that is expected. */
  public void isWell() {
    madeAt = null;
  }

  public Stage stage() {
    return Objects.requireNonNull(stage.get());
  }

  /** Returns what kept the replica from being opened, or null. */
  public @Nullable Throwable cause() {
    return stage.get() == Stage.FAILED ? cause : null;
  }

  /** Tells whether this node may have anything of the partition. */
  public boolean isStored() {
    return stage() == Stage.RUNNING || stage() == Stage.FAILED;
  }

  /** Notes that the replica is to be here. Upkeep's thread only, as the next. */
  public void noteWanted() {
    unwantedSince = null;
  }

  /** Notes that the replica is not to be here, and returns since when that is known. */
  public long noteUnwanted(long nowNanos) {
    Long since = unwantedSince;
    if (since == null) {
      since = nowNanos;
      unwantedSince = since;
    }
    return since;
  }

  public void heldBy(List<String> nodes) {
    holders = nodes;
  }

  /** Notes who leads, as that node itself has told; null if nothing of the kind is known. */
  public void ledBy(@Nullable String leader) {
    boolean changed = !Objects.equals(leader, leaderElsewhere);
    leaderElsewhere = leader;
    if (changed && group == null) {
      context.leaders().tell(id.groupName(), leader);
    }
  }

  private void leaderHasChanged() {
    wake.run();
    context.leaders().tell(id.groupName(), owner());
  }

  /** Notes that a node does not lead, or does not answer; returns whether it was believed to. */
  boolean notLedBy(String node) {
    boolean believed = node.equals(leaderElsewhere);
    if (believed) {
      ledBy(null);
    }
    return believed;
  }

  /** Returns why this node has no replica that serves, although it should; null if it has one. */
  public @Nullable String problem() {
    Stage now = stage();
    if (machine() != null) {
      return null;
    }
    String known = failure;
    return known != null
        ? known
        : "its replica on %s is not open (%s)"
            .formatted(context.self(), now.name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Names the partition within its group. */
  public String key() {
    return id.selector() + "/" + id.number();
  }

  /** Tells whether there is none, or one that has failed and is due to be tried again. */
  public boolean mayStart() {
    Stage now = stage();
    return now == Stage.NONE || (now == Stage.FAILED && nanos() - retryAt >= 0);
  }

  /**
   * Starts the replica, unless that was begun before; one that has failed only after a pause. Does
   * not wait.
   *
   * @param others nodes that hold copies, from which it can be filled
   * @param anew told before the replica forgets what it was
   */
  public void start(ReplicaSetSetup setup, List<String> others, BeginningAnew anew) {
    Stage before = stage();
    if (mayStart() && stage.compareAndSet(before, Stage.STARTING)) {
      logName = setup.logName();
      worker =
          Thread.ofVirtual()
              .name("cairn-start-" + id.directoryName())
              .start(() -> run(setup, others, anew));
    }
  }

  private long nanos() {
    return context.environment().nanos().getAsLong();
  }

  private void run(ReplicaSetSetup setup, List<String> others, BeginningAnew anew) {
    Stage reached = Stage.FAILED;
    try {
      // Only if the others lead without it: what is here may be needed still.
      if (diverged && leaderElsewhere != null) {
        beginAnew(anew);
        stage.compareAndSet(Stage.STARTING, Stage.NONE);
        wake.run();
        return;
      }
      StateMachine opened = open(others);
      machine = opened;
      boolean rebuilds = stage() == Stage.REBUILDING;
      ReplicaSet started =
          SystemPartition.await(
              context
                  .environment()
                  .node()
                  .startReplicaSet(rebuilds ? setup.refilledFrom(others) : setup, opened));
      group = started;
      damage = null;
      failure = null;
      runningSince = nanos();
      reached = Stage.RUNNING;
      if (rebuilds) {
        LOG.info("Partition {}: its replica here was rebuilt and serves again", id.groupName());
      }
      started.onLeadershipChange(new SystemPartition.Waker(this::leaderHasChanged));
    } catch (IOException | RuntimeException e) {
      reached = failed(e, others);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "this node is stopping";
    }
    if (!stage.compareAndSet(Stage.STARTING, reached)
        && !stage.compareAndSet(Stage.REBUILDING, reached)) {
      closeMachine(); // closed meanwhile
    }
    wake.run();
  }

  /** Opens what is stored; if that is damaged, and others have copies, makes ready for one. */
  private StateMachine open(List<String> others) throws IOException {
    if (damage == null) {
      try {
        return context.environment().machines().open(id);
      } catch (ReplicaDamagedException e) {
        if (others.isEmpty()) {
          throw e;
        }
        damage = e;
      }
    }
    ReplicaDamagedException found = Objects.requireNonNull(damage);
    if (others.isEmpty()) {
      throw found;
    }
    String rebuilding =
        "rebuilding on %s from %s: %s"
            .formatted(context.self(), others.getFirst(), found.getMessage());
    if (!rebuilding.equals(failure)) {
      LOG.error("Partition {}: {}", id.groupName(), rebuilding);
    }
    failure = rebuilding;
    stage.compareAndSet(Stage.STARTING, Stage.REBUILDING);
    wake.run();
    return context.environment().machines().openForRebuild(id);
  }

  private Stage failed(Exception reason, List<String> others) {
    if (reason instanceof ReplicaDamagedException found && damage == null && !others.isEmpty()) {
      damage = found; // the log and the store do not fit together
    }
    String told = "its replica on " + context.self() + " cannot be opened: " + reason.getMessage();
    if (!told.equals(failure)) {
      // The text says what damage it is; where in the code it was found helps nobody who runs
      // hosts.
      if (reason instanceof ReplicaDamagedException) {
        LOG.error("Partition {}: {}", id.groupName(), told);
      } else {
        LOG.error("Partition {}: {}", id.groupName(), told, reason);
      }
    }
    failure = told;
    cause = reason;
    closeMachine();
    pauseBeforeRetry();
    // It may have voted, and have acknowledged what it lost: it can be filled as another member
    // only.
    diverged |= reason instanceof LogCorruptedException;
    return Stage.FAILED;
  }

  private void pauseBeforeRetry() {
    long now = nanos();
    if (runningSince != 0 && now - runningSince > MAX_PAUSE_NANOS) {
      pauseNanos = 0;
    }
    runningSince = 0;
    retryAt = now + pauseNanos;
    pauseNanos = Math.min(MAX_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, pauseNanos * 2));
  }

  /** Takes the replica out of service if it has failed by itself. Does not wait. */
  public void check() {
    ReplicaSet here = group;
    StateMachine driven = machine;
    Throwable reason = here == null ? null : here.failure();
    if (reason == null && driven != null) {
      reason = driven.failure();
    }
    if (reason != null && stage.compareAndSet(Stage.RUNNING, Stage.STOPPING)) {
      Throwable known = reason;
      worker =
          Thread.ofVirtual()
              .name("cairn-stop-" + id.directoryName())
              .start(() -> stopFailed(known));
    }
  }

  private void stopFailed(Throwable reason) {
    String told = "its replica on " + context.self() + " has stopped: " + reason.getMessage();
    if (!told.equals(stoppedFor)) { // it is tried again and again
      LOG.error("Partition {}: {}", id.groupName(), told);
    }
    stoppedFor = told;
    failure = told;
    cause = reason;
    try {
      group = null;
      context.environment().node().stopReplicaSet(id.groupName()).join();
      closeMachine();
      if (reason instanceof ReplicaDamagedException found) {
        damage = found;
      }
      diverged =
          reason instanceof ReplicaDivergedException || reason instanceof OutdatedReplicaException;
    } catch (RuntimeException e) {
      LOG.error("Partition {}: its replica here cannot be taken away", id.groupName(), e);
    }
    pauseBeforeRetry();
    stage.compareAndSet(Stage.STOPPING, Stage.FAILED);
    wake.run();
  }

  /** Forgets the log, so that the replica begins as another member, and keeps the store aside. */
  private void beginAnew(BeginningAnew anew) throws IOException {
    anew.note(this);
    String stored = logName;
    if (stored != null) {
      context.environment().node().forgetReplicaSet(stored);
    }
    context.environment().machines().setAside(id);
    diverged = false;
    damage = null;
  }

  /** What is noted durably before a replica forgets that it was a member. */
  public interface BeginningAnew {
    void note(Replica replica) throws IOException;
  }

  /**
   * Gives the replica up for good: the log forgets its group, its store is deleted. Blocks; nothing
   * happens unless it runs or has failed.
   *
   * @param aside whether to keep the store where nobody reads it but the operator
   */
  public void giveUp(boolean aside) throws IOException {
    if (!stage.compareAndSet(Stage.RUNNING, Stage.LEAVING)
        && !stage.compareAndSet(Stage.FAILED, Stage.LEAVING)) {
      return;
    }
    group = null;
    context.environment().node().removeReplicaSet(id.groupName()).join();
    String stored = logName;
    if (stored != null) {
      context.environment().node().forgetReplicaSet(stored); // if it could never be started
    }
    closeMachine();
    if (aside) {
      context.environment().machines().setAside(id);
    } else {
      context.environment().machines().delete(id);
    }
    failure = null;
    stage.set(Stage.NONE);
    wake.run();
  }

  /** Waits until a start that was begun has ended. */
  public void settle() throws InterruptedException {
    Thread starting = worker;
    if (starting != null) {
      starting.join();
    }
  }

  /** Closes the store; the node has stopped replicating before. */
  public void close() {
    Stage before = stage.getAndSet(Stage.CLOSED);
    if (before == Stage.RUNNING || before == Stage.STOPPING) {
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
