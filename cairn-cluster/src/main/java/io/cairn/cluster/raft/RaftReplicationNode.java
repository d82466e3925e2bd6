// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.cairn.cluster.DiskWaits;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.ReplicationTransport;
import io.cairn.cluster.Salvage;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogEnvironment;
import io.cairn.cluster.log.LogFigures;
import io.cairn.cluster.log.LogOptions;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.thread.DiskPace;
import io.cairn.cluster.raft.thread.NodeThreads;
import io.cairn.cluster.raft.thread.Shard;
import io.cairn.cluster.raft.thread.Ticks;
import io.cairn.net.DurationHistogram.Durations;
import io.cairn.net.FailedFuture;
import io.cairn.net.RepeatedWarnings;
import io.cairn.wire.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's replica sets over MicroRaft, on one log and some shards. */
public final class RaftReplicationNode implements ReplicationNode {

  private static final Logger LOG = LoggerFactory.getLogger(RaftReplicationNode.class);

  /** The node's own entry in the log, beside its groups. */
  private static final String NODE = "";

  private static final byte NODE_ID = 1;
  private static final byte CLUSTER_ID = 2;
  private static final long STOP_SECONDS = 30;

  /** The longest a replica set of one may take until it serves; only a dead disk takes so long. */
  private static final long START_SECONDS = 60;

  /** Heartbeats between two looks whether all that was refused is forgotten. */
  private static final int BEATS_TO_FORGET = 3;

  private final RepeatedWarnings warnings;
  private final WriteAheadLog log;
  private final DiskStarts starts;
  private final String nodeId;
  private final String clusterId;
  private final DiskPace pace;
  private final NodeThreads threads;
  private final Ticks ticks;
  private final ReplicaStarter starter;
  private final LogShortening shortening;
  private final Map<String, RaftReplicaSet> groups = new ConcurrentHashMap<>();

  /** Replica sets that are started, starting or being removed, with their names in the log. */
  private final Map<String, String> claimed = new HashMap<>();

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Consumer<Throwable>> listeners = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RaftReplicationNode(
      Path directory, ReplicationOptions options, ReplicationEnvironment environment)
      throws IOException {
    this.warnings = new RepeatedWarnings(LOG, environment.nanos());
    LogOptions sizes =
        new LogOptions(
            options.segmentBytes(), options.maxCommandBytes(), options.snapshotEntries() / 10);
    LogEnvironment disk =
        environment.ownLogThreads()
            ? LogEnvironment.threaded(environment.files(), environment.random())
            : LogEnvironment.inline(environment.files(), environment.random());
    this.log = WriteAheadLog.open(directory, sizes, disk, this::fail);
    try {
      this.nodeId = identity(NODE_ID, options.nodeId(), "nodeId", environment.random());
      this.starts = DiskStarts.next(log.part(NODE), environment.random(), environment.nanos());
      this.clusterId = identity(CLUSTER_ID, options.clusterId(), "clusterId", environment.random());
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
    this.pace = new DiskPace(environment.nanos());
    this.threads =
        new NodeThreads(environment, options.threads(), new Turns(environment.ownLogThreads()));
    this.ticks = new Ticks(threads.timer(), environment.nanos(), options.clockFactor());
    this.starter =
        new ReplicaStarter(log, starts, nodeId, options, environment, threads, this::fail);
    ReplicationTransport transport = environment.transport();
    log.beforeDisk(transport::letOut); // whatever the fsync is for, the others write meanwhile
    transport.receiver(this::receive);
    starts.onRefusal(this::forgetRefusalLater);
    this.shortening = new LogShortening(log, ticks, threads::execute, groups.values(), this::fail);
    shortening.begin();
  }

  /** Takes a frame from another node. Any thread. */
  private void receive(String from, byte[] frame) {
    try {
      starter.messages().read(frame, from, groupId -> closed.get() ? null : groups.get(groupId));
    } catch (MalformedException e) {
      warnings.warn("Dropped a malformed frame of replication from " + from, e);
    }
  }

  /** What the shards' turns end with. */
  private final class Turns implements Shard.Surroundings {
    private final boolean yielding;

    Turns(boolean yielding) {
      this.yielding = yielding;
    }

    @Override
    public void flush() throws IOException {
      pace.measure(log::flush);
    }

    @Override
    public boolean isDiskSlow() {
      return pace.isSlow();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // only a hint: without it there are more fsyncs
    public void giveWay() {
      if (yielding) {
        Thread.yield();
      }
    }

    @Override
    public void failed(Throwable cause) {
      fail(cause);
    }
  }

  private void forgetRefusalLater() {
    ticks.schedule(
        () -> {
          if (!closed.get() && starts.areRefused()) {
            threads.execute(this::forgetRefusal);
            forgetRefusalLater();
          }
        },
        BEATS_TO_FORGET,
        SECONDS);
  }

  /** Once every replica that was resumed from a refused disk is forgotten, it is another disk. */
  private void forgetRefusal() {
    boolean clean =
        starts.areRefused()
            && storedReplicaSets().stream()
                .map(this::startedAs)
                .allMatch(group -> group != null && group.gate().wasOpened());
    try {
      if (clean && !closed.get()) {
        starts.beginAnew();
      }
    } catch (IOException e) {
      LOG.debug("The log has failed, and says so itself", e);
    }
  }

  private @Nullable RaftReplicaSet startedAs(String logName) {
    for (RaftReplicaSet group : groups.values()) {
      if (group.logName().equals(logName)) {
        return group;
      }
    }
    return null;
  }

  /**
   * Opens the node's log, verifying every record, and makes ready to resume its groups.
   *
   * @param directory where the log lives; created if missing; one process at a time
   * @param options how to replicate
   * @param environment the disk, the clock, the threads and the way to other nodes
   * @throws io.cairn.cluster.log.LogCorruptedException if the log is damaged; nothing is changed
   * @throws io.cairn.cluster.log.LogLockedException if another process has the directory
   * @throws IOException if the disk fails
   */
  public static RaftReplicationNode open(
      Path directory, ReplicationOptions options, ReplicationEnvironment environment)
      throws IOException {
    return new RaftReplicationNode(directory, options, environment);
  }

  private String identity(byte key, @Nullable String wanted, String name, Random random)
      throws IOException {
    LogPart node = log.part(NODE);
    byte[] stored = node.state(key);
    if (stored == null) {
      String id =
          wanted != null ? wanted : new UUID(random.nextLong(), random.nextLong()).toString();
      node.putState(key, id.getBytes(StandardCharsets.UTF_8));
      return id;
    }
    String id = new String(stored, StandardCharsets.UTF_8);
    if (wanted != null && !wanted.equals(id)) {
      throw new IllegalArgumentException(
          name + " is " + wanted + ", but the log in " + log.directory() + " belongs to " + id);
    }
    return id;
  }

  @Override
  public String nodeId() {
    return nodeId;
  }

  @Override
  public LogFigures logFigures() {
    return log.figures();
  }

  @Override
  public Durations logWaits() {
    return pace.waits();
  }

  @Override
  public String clusterId() {
    return clusterId;
  }

  @Override
  public ReplicaSet createOrResumeReplicaSet(String groupId, StateMachine machine)
      throws IOException {
    ReplicaSetSetup setup = ReplicaSetSetup.alone(groupId, nodeId);
    claim(setup);
    CompletableFuture<RaftReplicaSet> starting = begin(setup, machine);
    try {
      return starting.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = FailedFuture.cause(e);
      if (cause instanceof IOException || cause instanceof RuntimeException) {
        throw rethrown(cause);
      }
      throw new IOException("group " + groupId + " could not start", cause);
    } catch (TimeoutException e) {
      throw new IOException("group " + groupId + " did not start in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while group " + groupId + " started", e);
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return (IOException) cause;
  }

  @Override
  public CompletableFuture<ReplicaSet> startReplicaSet(
      ReplicaSetSetup setup, StateMachine machine) {
    CompletableFuture<ReplicaSet> started = new CompletableFuture<>();
    try {
      claim(setup);
      threads
          .pool()
          .execute(
              () -> {
                var _ =
                    begin(setup, machine)
                        .whenComplete((group, failed) -> complete(started, group, failed));
              });
    } catch (RuntimeException e) {
      started.completeExceptionally(e);
    }
    return started;
  }

  private static void complete(
      CompletableFuture<ReplicaSet> started,
      @Nullable RaftReplicaSet group,
      @Nullable Throwable failed) {
    if (failed != null) {
      started.completeExceptionally(FailedFuture.cause(failed));
    } else {
      started.complete(group);
    }
  }

  private void claim(ReplicaSetSetup setup) {
    Throwable failed = failure.get();
    if (closed.get() || failed != null) {
      throw new ReplicaSetStoppedException("the node takes no groups any more", failed);
    }
    synchronized (claimed) {
      if (claimed.containsKey(setup.id()) || claimed.containsValue(setup.logName())) {
        throw new IllegalArgumentException("group " + setup.id() + " is started already");
      }
      claimed.put(setup.id(), setup.logName());
    }
  }

  private void unclaim(String groupId) {
    synchronized (claimed) {
      claimed.remove(groupId);
    }
  }

  private CompletableFuture<RaftReplicaSet> begin(ReplicaSetSetup setup, StateMachine machine) {
    CompletableFuture<RaftReplicaSet> starting;
    try {
      starting = starter.start(setup, machine, group -> register(setup.id(), group));
    } catch (IOException | RuntimeException e) {
      starting = CompletableFuture.failedFuture(e);
    }
    return starting.whenComplete(
        (group, failed) -> {
          if (failed != null) {
            groups.remove(setup.id());
            unclaim(setup.id());
          }
        });
  }

  /** From now on the replica set takes messages, and is stopped with the node. */
  private void register(String groupId, RaftReplicaSet group) {
    groups.put(groupId, group);
    Throwable failedMeanwhile = failure.get();
    if (failedMeanwhile != null) {
      var _ = group.stop(failedMeanwhile);
    }
  }

  @Override
  public CompletableFuture<Void> stopReplicaSet(String groupId) {
    return stop(groupId, "stopped", _ -> {});
  }

  @Override
  public CompletableFuture<Void> removeReplicaSet(String groupId) {
    return stop(
        groupId,
        "removed",
        group -> {
          try {
            log.forget(group.logName());
          } catch (IOException e) {
            throw new ReplicaSetStoppedException("group " + groupId + " was not forgotten", e);
          }
        });
  }

  private CompletableFuture<Void> stop(
      String groupId, String how, Consumer<RaftReplicaSet> afterwards) {
    RaftReplicaSet group = groups.remove(groupId);
    if (group == null) {
      return CompletableFuture.completedFuture(null);
    }
    return group
        .stop(new IllegalStateException("the group was " + how + " on this node"))
        .handleAsync(
            (_, _) -> {
              try {
                afterwards.accept(group);
              } finally {
                unclaim(groupId);
              }
              return null;
            },
            threads.pool());
  }

  @Override
  public void forgetReplicaSet(String logName) throws IOException {
    synchronized (claimed) {
      if (claimed.containsValue(logName) || logName.equals(NODE)) {
        throw new IllegalArgumentException("group " + logName + " is started");
      }
      log.forget(logName);
    }
  }

  @Override
  public List<String> storedReplicaSets() {
    return log.parts().stream().map(LogPart::name).filter(name -> !name.equals(NODE)).toList();
  }

  @Override
  public Salvage salvage() {
    return new StoredReplicaSets(log, nodeId);
  }

  @Override
  public DiskWaits diskWaits() {
    return pace.recent();
  }

  @Override
  public Collection<ReplicaSet> groups() {
    return List.copyOf(groups.values());
  }

  @Override
  public void onFatal(Consumer<Throwable> listener) {
    Throwable failed;
    synchronized (listeners) {
      failed = failure.get();
      listeners.add(listener);
    }
    if (failed != null) {
      listener.accept(failed);
    }
  }

  private void fail(Throwable cause) {
    List<Consumer<Throwable>> told;
    synchronized (listeners) {
      if (!failure.compareAndSet(null, cause)) {
        return;
      }
      told = List.copyOf(listeners);
    }
    LOG.error("Replication on this node has failed and stops; nothing more is accepted", cause);
    ReplicaStarter begun = starter;
    if (begun != null) { // the log may fail while the node is opened
      begun.silence();
    }
    for (RaftReplicaSet group : groups.values()) {
      var _ = group.stop(cause);
    }
    told.forEach(listener -> tell(listener, cause));
  }

  /** A listener that fails must neither keep the others from hearing of it nor end a shard. */
  private static void tell(Consumer<Throwable> listener, Throwable cause) {
    try {
      listener.accept(cause);
    } catch (RuntimeException | Error e) {
      LOG.error("A listener failed when it was told that replication on this node has", e);
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    shortening.close();
    CompletableFuture<?>[] stopping =
        groups.values().stream()
            .map(group -> group.stop(new IllegalStateException("the node was closed")))
            .toArray(CompletableFuture<?>[]::new);
    if (threads.areOwn()) {
      try {
        CompletableFuture.allOf(stopping).orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
      } catch (RuntimeException e) {
        LOG.warn("A group did not stop cleanly", e);
      }
    }
    threads.close();
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("The log could not be closed cleanly", e);
    }
  }
}
