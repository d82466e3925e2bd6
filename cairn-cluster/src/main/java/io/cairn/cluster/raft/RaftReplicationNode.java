// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.cairn.cluster.GroupStoppedException;
import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.GroupLog;
import io.cairn.cluster.log.LogFileSystem;
import io.cairn.cluster.log.LogOptions;
import io.cairn.cluster.log.WriteAheadLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's groups over MicroRaft, on one log, one pool and one timer. */
public final class RaftReplicationNode implements ReplicationNode {

  private static final Logger LOG = LoggerFactory.getLogger(RaftReplicationNode.class);

  /** The node's own entry in the log, beside its groups. */
  private static final String NODE = "";

  private static final byte NODE_ID = 1;
  private static final byte CLUSTER_ID = 2;
  private static final long STOP_SECONDS = 30;
  private static final long CLEAN_MILLIS = 500;

  /** The log may have so many segments before groups are asked to need less. */
  private static final int KEPT_SEGMENTS = 2;

  private final WriteAheadLog log;
  private final String nodeId;
  private final String clusterId;
  private final ExecutorService pool;
  private final ScheduledExecutorService timer;
  private final GroupStarter starter;
  private final Map<String, RaftGroup> groups = new ConcurrentHashMap<>();
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Consumer<Throwable>> listeners = new ArrayList<>();
  private final AtomicBoolean shortening = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RaftReplicationNode(
      Path directory, ReplicationOptions options, LogFileSystem files, Random random)
      throws IOException {
    LogOptions sizes =
        new LogOptions(
            options.segmentBytes(), options.maxCommandBytes(), options.snapshotEntries() / 10);
    this.log = WriteAheadLog.open(directory, sizes, files, random, this::fail);
    try {
      this.nodeId = identity(NODE_ID, options.nodeId(), "nodeId", random);
      this.clusterId = identity(CLUSTER_ID, options.clusterId(), "clusterId", random);
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
    this.pool =
        options.threads() == 0
            ? Executors.newVirtualThreadPerTaskExecutor()
            : Executors.newFixedThreadPool(
                options.threads(), Thread.ofPlatform().name("cairn-raft-", 0).factory());
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cairn-raft-timer").daemon().factory());
    this.starter =
        new GroupStarter(
            log,
            new NodeEndpoint(nodeId),
            options,
            new ScaledClock(System::nanoTime, options.clockFactor()),
            random,
            () -> new SerialExecutor(pool, timer, options.clockFactor(), this::fail),
            this::fail);
    var _ =
        timer.scheduleWithFixedDelay(
            () -> pool.execute(this::shortenLog), CLEAN_MILLIS, CLEAN_MILLIS, MILLISECONDS);
  }

  /** Deletes what no group needs, and sees to it that they soon need less. */
  private void shortenLog() {
    if (log.segmentCount() < 2 || closed.get() || !shortening.compareAndSet(false, true)) {
      return;
    }
    try {
      groups.values().forEach(RaftGroup::release);
      for (GroupLog pinning : log.deleteReleased()) {
        if (log.segmentCount() > KEPT_SEGMENTS && !log.carryForward(pinning)) {
          RaftGroup group = groups.get(pinning.name());
          if (group != null) {
            group.seekRelease();
          }
        }
      }
    } catch (IOException e) {
      if (!closed.get()) {
        fail(e);
      }
    } finally {
      shortening.set(false);
    }
  }

  /** Opens the node; see {@link ReplicationNode#open(Path, ReplicationOptions)}. */
  public static RaftReplicationNode open(
      Path directory, ReplicationOptions options, LogFileSystem files, Random random)
      throws IOException {
    return new RaftReplicationNode(directory, options, files, random);
  }

  private String identity(byte key, @Nullable String wanted, String name, Random random)
      throws IOException {
    GroupLog node = log.group(NODE);
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
  public String clusterId() {
    return clusterId;
  }

  @Override
  public ReplicationGroup createOrResumeGroup(String groupId, StateMachine machine)
      throws IOException {
    Throwable failed = failure.get();
    if (closed.get() || failed != null) {
      throw new GroupStoppedException("the node takes no groups any more", failed);
    }
    if (groupId.isEmpty() || !claimed.add(groupId)) {
      throw new IllegalArgumentException("group " + groupId + " is started already or unnamed");
    }
    try {
      RaftGroup group = starter.start(groupId, machine);
      groups.put(groupId, group);
      Throwable failedMeanwhile = failure.get();
      if (failedMeanwhile != null) {
        var _ = group.stop(failedMeanwhile);
      }
      return group;
    } finally {
      if (!groups.containsKey(groupId)) {
        claimed.remove(groupId);
      }
    }
  }

  @Override
  public Collection<ReplicationGroup> groups() {
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
    for (RaftGroup group : groups.values()) {
      var _ = group.stop(cause);
    }
    told.forEach(listener -> listener.accept(cause));
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    CompletableFuture<?>[] stopping =
        groups.values().stream()
            .map(group -> group.stop(new IllegalStateException("the node was closed")))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(stopping).orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    } catch (RuntimeException e) {
      LOG.warn("A group did not stop cleanly", e);
    }
    timer.shutdownNow();
    pool.shutdown();
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("The log could not be closed cleanly", e);
    }
  }
}
