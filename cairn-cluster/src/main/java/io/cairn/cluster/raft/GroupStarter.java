// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.GroupSetup;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.GroupLog;
import io.cairn.cluster.log.LogCorruptedException;
import io.cairn.cluster.log.WriteAheadLog;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts groups: brings the state machine to the last snapshot mark from the log, then hands the
 * engine what lies beyond, which it applies once it knows that it is committed.
 */
final class GroupStarter {

  private final WriteAheadLog log;
  private final NodeEndpoint local;
  private final ReplicationOptions options;
  private final ReplicationEnvironment environment;
  private final NodeThreads threads;
  private final Clock clock;
  private final Consumer<Throwable> onFailure;
  private final Models models = new Models();
  private final Codec codec = new Codec(models);

  GroupStarter(
      WriteAheadLog log,
      NodeEndpoint local,
      ReplicationOptions options,
      ReplicationEnvironment environment,
      NodeThreads threads,
      Consumer<Throwable> onFailure) {
    this.log = log;
    this.local = local;
    this.options = options;
    this.environment = environment;
    this.threads = threads;
    this.clock = new ScaledClock(environment.nanos(), options.clockFactor());
    this.onFailure = onFailure;
  }

  /**
   * Reads the group's log on the calling thread and starts the group.
   *
   * @param onBuilt told of the group before it starts
   * @return completes when it takes part, and leads if it is a group of one
   */
  CompletableFuture<RaftGroup> start(
      GroupSetup setup, StateMachine machine, Consumer<RaftGroup> onBuilt) throws IOException {
    GroupLog group = log.group(setup.logName());
    long durable = machine.durableIndex();
    requireContinuity(group, durable);
    long applied = replay(group, machine, durable);
    GroupMachine driver =
        new GroupMachine(machine, group, applied, options.snapshotBytes(), onFailure);
    RaftNode node = build(setup, group, driver);
    driver.snapshotTrigger(() -> requestSnapshot(node));
    RaftGroup started = new RaftGroup(setup.id(), group, node, driver, options);
    onBuilt.accept(started);
    return node.start()
        .thenCompose(
            _ ->
                isAlone(node)
                    ? driver.ready()
                    : CompletableFuture.<Void>completedFuture(null))
        .thenApply(_ -> started);
  }

  private boolean isAlone(RaftNode node) {
    return List.copyOf(node.getEffectiveMembers().getVotingMembers()).equals(List.of(local));
  }

  private static void requestSnapshot(RaftNode node) {
    // Should it fail, the next one covers it; a failing disk is reported by the log itself.
    var _ = node.takeSnapshot();
  }

  private static long markIndex(GroupLog group) {
    GroupLog.SnapshotMark mark = group.snapshotMark();
    return mark == null ? 0 : mark.index();
  }

  private static void requireContinuity(GroupLog group, long durable) throws IOException {
    if (durable > group.lastIndex()) {
      throw new LogCorruptedException(
          "group " + group.name(), -1, "the store holds entries up to " + durable
              + ", but the log ends at " + group.lastIndex());
    }
    long needed = Math.min(durable, markIndex(group)) + 1;
    if (needed <= group.lastIndex() && needed < group.availableFrom()) {
      throw new LogCorruptedException(
          "group " + group.name(), -1, "the log begins at entry " + group.availableFrom()
              + ", but entries from " + needed + " on are needed");
    }
  }

  /** Applies what is known to be committed beyond the state machine's own store. */
  private static long replay(GroupLog group, StateMachine machine, long durable)
      throws IOException {
    long committed = markIndex(group);
    group.replay(
        durable + 1,
        committed,
        (index, entry) -> {
          if (Codec.isCommand(entry)) {
            machine.apply(index, entry.payload(), null);
          }
        });
    return Math.max(durable, committed);
  }

  private RaftNode build(GroupSetup setup, GroupLog group, GroupMachine driver) throws IOException {
    RaftNode.RaftNodeBuilder builder =
        RaftNode.newBuilder()
            .setGroupId(setup.id())
            .setConfig(config())
            .setExecutor(
                new SerialExecutor(
                    threads.pool(), threads.timer(), options.clockFactor(), onFailure))
            .setTransport(new NodeTransport())
            .setStateMachine(driver)
            .setStore(new GroupStore(log, group, codec))
            .setModelFactory(models)
            .setRandom(environment.random())
            .setClock(clock);
    byte[] endpoint = group.state(GroupStore.ENDPOINT);
    byte[] initial = group.state(GroupStore.INITIAL_MEMBERS);
    byte[] term = group.state(GroupStore.TERM);
    if (endpoint == null || initial == null || term == null) {
      return builder
          .setLocalEndpoint(local)
          .setInitialGroupMembers(
              setup.initialMembers().stream().<RaftEndpoint>map(NodeEndpoint::new).toList())
          .build();
    }
    return builder
        .setRestoredState(
            new RestoredRaftState(
                codec.decodeEndpoint(endpoint),
                codec.decodeMembers(initial),
                codec.decodeTerm(term),
                snapshot(group),
                entries(group)))
        .build();
  }

  private List<LogEntry> entries(GroupLog group) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    group.replay(
        markIndex(group) + 1,
        group.lastIndex(),
        (index, stored) -> entries.add(codec.fromStored(index, stored)));
    return entries;
  }

  private @Nullable SnapshotEntry snapshot(GroupLog group) throws IOException {
    GroupLog.SnapshotMark mark = group.snapshotMark();
    if (mark == null) {
      return null;
    }
    Codec.Snapshot content = codec.decodeSnapshot(mark.payload());
    SnapshotChunk chunk =
        models
            .createSnapshotChunkBuilder()
            .setIndex(mark.index())
            .setTerm(mark.term())
            .setOperation(content.reference())
            .setSnapshotChunkIndex(0)
            .setSnapshotChunkCount(1)
            .setGroupMembersView(content.members())
            .build();
    return models
        .createSnapshotEntryBuilder()
        .setIndex(mark.index())
        .setTerm(mark.term())
        .setSnapshotChunks(List.of(chunk))
        .setGroupMembersView(content.members())
        .build();
  }

  /** Seconds and milliseconds here are of the scaled clock. */
  private RaftConfig config() {
    return RaftConfig.newBuilder()
        .setLeaderHeartbeatPeriodSecs(1)
        .setLeaderHeartbeatTimeoutSecs(3)
        .setLeaderElectionTimeoutMillis(1500)
        .setAppendEntriesRequestBatchSize(1000)
        .setMaxPendingLogEntryCount(options.maxInFlight())
        .setCommitCountToTakeSnapshot(options.snapshotEntries())
        .setTransferSnapshotsFromFollowersEnabled(false)
        .build();
  }
}
