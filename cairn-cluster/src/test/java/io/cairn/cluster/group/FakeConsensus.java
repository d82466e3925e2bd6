// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.DiskWaits;
import io.cairn.cluster.OutdatedReplicaException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Consensus as it would be with an instant and faultless engine: every group has one log that all
 * members read. It is strict about what its users may not do: a node that forgets a group while it
 * votes in it is reported as a violation. All in one thread.
 */
final class FakeConsensus implements AutoCloseable {

  private static final long PUMP_MILLIS = 5;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("fake-consensus").daemon().factory());
  final ExecutorService completions = Executors.newVirtualThreadPerTaskExecutor();
  final FakeNetwork network;
  private final Map<String, Raft> rafts = new TreeMap<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final Map<String, Map<String, String>> disks = new ConcurrentHashMap<>();
  private final Set<String> leaderless = ConcurrentHashMap.newKeySet();
  private final Set<String> stalled = ConcurrentHashMap.newKeySet();

  FakeConsensus(FakeNetwork network) {
    this.network = network;
    var _ =
        thread.scheduleWithFixedDelay(this::pump, PUMP_MILLIS, PUMP_MILLIS, TimeUnit.MILLISECONDS);
  }

  List<String> violations() {
    return violations;
  }

  /** Starts a node's replication, on what its disk holds. */
  Node node(String id) {
    return new Node(id);
  }

  /** Deletes the log of a node that does not run. */
  void loseDisk(String id) {
    disks.remove(id);
  }

  /** Has a group elect nobody, or go on. */
  void leaderless(String group, boolean on) {
    set(leaderless, group, on);
  }

  /**
   * Has a node's replica of a group apply nothing, as if it were being filled, or go on. The others
   * have an entry more from then on.
   */
  void stall(String node, String group, boolean on) {
    set(stalled, node + " " + group, on);
    run(() -> on && rafts.get(group).log.add(null)).join();
  }

  /**
   * Has a node's replica of a group be refused, as one whose disk was set back, until it begins
   * anew.
   */
  void refuse(String node, String group) {
    run(() -> rafts.get(group).refuse(node)).join();
  }

  private static void set(Set<String> set, String element, boolean on) {
    boolean _ = on ? set.add(element) : set.remove(element);
  }

  boolean isStalled(String node, String group) {
    return stalled.contains(node + " " + group);
  }

  /** Returns who leads a group, if a node reaches it; null if nobody does. */
  @Nullable String leader(String group, String seenFrom) {
    return run(() -> {
          Raft raft = rafts.get(group);
          String now = raft == null ? null : raft.leader;
          return now != null && network.connected(seenFrom, now) ? now : null;
        })
        .join();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  <T> CompletableFuture<T> run(java.util.concurrent.Callable<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            result.complete(action.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
          pump();
        });
    return result;
  }

  private void pump() {
    try {
      rafts.values().forEach(Raft::pump);
    } catch (RuntimeException | AssertionError e) {
      violations.add("the fake engine failed: " + e);
    }
  }

  /** One consensus group, over all nodes. */
  final class Raft {

    final String id;
    final Map<String, Boolean> members = new TreeMap<>();
    final List<byte @Nullable []> log = new ArrayList<>();
    final Map<String, FakeReplica> replicas = new TreeMap<>();
    final Set<String> refused = new TreeSet<>();
    @Nullable String leader;
    long term;

    Raft(String id) {
      this.id = id;
    }

    boolean refuse(String node) {
      FakeReplica replica = replicas.get(node);
      if (replica != null) {
        replica.refusal = new OutdatedReplicaException("the disk of " + node + " was set back");
      }
      return refused.add(node);
    }

    /** Takes a node that was refused as another member, if it has forgotten that it was one. */
    void begins(String node, boolean knows) {
      if (!knows && refused.remove(node)) {
        members.remove(node);
      }
    }

    boolean runs(String node) {
      FakeReplica replica = replicas.get(node);
      return replica != null && replica.running();
    }

    boolean canLead(String node) {
      if (!Boolean.TRUE.equals(members.get(node))
          || !runs(node)
          || leaderless.contains(id)
          || isStalled(node, id)) {
        return false;
      }
      long voters = members.values().stream().filter(votes -> votes).count();
      long reached =
          members.entrySet().stream()
              .filter(m -> m.getValue() && runs(m.getKey()) && network.connected(node, m.getKey()))
              .count();
      return reached > voters / 2;
    }

    void pump() {
      String before = leader;
      if (before == null || !canLead(before)) {
        leader = members.keySet().stream().filter(this::canLead).findFirst().orElse(null);
        elected();
      }
      for (FakeReplica replica : replicas.values()) {
        replica.follow();
      }
    }

    void elected() {
      if (leader != null) {
        term++;
        log.add(null);
      }
    }

    @Nullable String leaderFor(String node) {
      String now = leader;
      return now != null && members.containsKey(node) && network.connected(node, now) ? now : null;
    }
  }

  /** One start of a node. */
  final class Node implements ReplicationNode {

    final String id;
    private final Map<String, FakeReplica> started = new ConcurrentHashMap<>();
    private final Map<String, String> disk;
    volatile boolean up = true;

    Node(String id) {
      this.id = id;
      this.disk = disks.computeIfAbsent(id, key -> new ConcurrentHashMap<>());
    }

    @Override
    public String nodeId() {
      return id;
    }

    @Override
    public io.cairn.cluster.Salvage salvage() {
      throw new UnsupportedOperationException("there is no log here");
    }

    @Override
    public io.cairn.cluster.log.LogFigures logFigures() {
      return new io.cairn.cluster.log.LogFigures(0, 0, 0);
    }

    @Override
    public io.cairn.net.DurationHistogram.Durations logWaits() {
      return new io.cairn.net.DurationHistogram().durations();
    }

    @Override
    public String clusterId() {
      return "fake";
    }

    @Override
    public ReplicaSet createOrResumeReplicaSet(String groupId, StateMachine machine) {
      return startReplicaSet(ReplicaSetSetup.alone(groupId, id), machine).join();
    }

    @Override
    public CompletableFuture<ReplicaSet> startReplicaSet(
        ReplicaSetSetup setup, StateMachine machine) {
      return run(
          () -> {
            if (!up) {
              throw new ReplicaSetStoppedException("down", null);
            }
            if (started.containsKey(setup.id())) {
              throw new IllegalArgumentException(setup.id() + " is started already");
            }
            Raft raft = rafts.computeIfAbsent(setup.id(), Raft::new);
            boolean known = disk.put(setup.logName(), setup.id()) != null;
            if (!known && !setup.joining()) {
              if (raft.log.isEmpty()) {
                setup.initialMembers().forEach(member -> raft.members.put(member, true));
              } else if (!setup.initialMembers().contains(id)) {
                violations.add(id + " begins " + setup + " that it did not found");
              }
            }
            FakeReplica group = new FakeReplica(FakeConsensus.this, this, raft, machine);
            started.put(setup.id(), group);
            raft.replicas.put(id, group);
            raft.begins(id, known);
            if (raft.refused.contains(id)) {
              raft.refuse(id);
            }
            raft.pump();
            return group;
          });
    }

    @Override
    public CompletableFuture<Void> stopReplicaSet(String groupId) {
      return run(
          () -> {
            FakeReplica group = started.remove(groupId);
            if (group != null) {
              group.stopped = true;
              group.raft.replicas.remove(id, group);
            }
            return null;
          });
    }

    @Override
    public CompletableFuture<Void> removeReplicaSet(String groupId) {
      return run(
          () -> {
            FakeReplica group = started.remove(groupId);
            if (group != null) {
              group.stopped = true;
              group.raft.replicas.remove(id, group);
              disk.values().remove(groupId);
              wiped(group.raft);
            }
            return null;
          });
    }

    private void wiped(Raft raft) {
      if (raft.members.containsKey(id) && raft.members.size() > 1 && !raft.refused.contains(id)) {
        violations.add(id + " forgets " + raft.id + " whose members are " + raft.members);
      }
    }

    @Override
    public void forgetReplicaSet(String logName) {
      run(() -> {
            String raft = disk.remove(logName);
            if (raft != null) {
              wiped(rafts.get(raft));
            }
            return null;
          })
          .join();
    }

    @Override
    public List<String> storedReplicaSets() {
      return List.copyOf(disk.keySet());
    }

    @Override
    public DiskWaits diskWaits() {
      return new DiskWaits(0, 0, Duration.ZERO);
    }

    @Override
    public Collection<ReplicaSet> groups() {
      return List.copyOf(started.values());
    }

    @Override
    public void onFatal(Consumer<Throwable> listener) {
      // Nothing fails here for good.
    }

    @Override
    public void close() {
      up = false;
      run(() -> {
            started.values().forEach(group -> group.raft.replicas.remove(id, group));
            started.values().forEach(group -> group.stopped = true);
            return null;
          })
          .join();
    }
  }
}
