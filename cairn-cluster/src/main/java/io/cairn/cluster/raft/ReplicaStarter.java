// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogCorruptedException;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.election.Lease;
import io.cairn.cluster.raft.election.QuestionIds;
import io.cairn.cluster.raft.election.VoteGuard;
import io.cairn.cluster.raft.message.Codec;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.cairn.cluster.raft.thread.NodeThreads;
import io.cairn.cluster.raft.thread.ScaledClock;
import io.cairn.cluster.raft.thread.SerialExecutor;
import io.cairn.cluster.raft.thread.Shard;
import io.cairn.cluster.raft.thread.Ticks;
import io.cairn.wire.WireReader;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.persistence.RestoredRaftState;
import io.microraft.report.RaftNodeReport;
import io.microraft.report.RaftNodeReportListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts replica sets: brings the state machine to the last snapshot mark from the log, then hands
 * the engine what lies beyond, which it applies once it knows that it is committed.
 */
final class ReplicaStarter {

  /** How long to wait before a snapshot that was not fetched is asked for again. */
  private static final int RETRY_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaStarter.class);

  private final WriteAheadLog log;
  private final DiskStarts starts;
  private final String nodeId;
  private final ReplicationOptions options;
  private final ReplicationEnvironment environment;
  private final NodeThreads threads;
  private final List<PeerMail> mails = new ArrayList<>();
  private final Clock clock;
  private final QuestionIds questions;
  private final Consumer<Throwable> onFailure;
  private final Models models = new Models();
  private final Codec codec;
  private final MemberMessageCodec messages;

  ReplicaStarter(
      WriteAheadLog log,
      DiskStarts starts,
      String nodeId,
      ReplicationOptions options,
      ReplicationEnvironment environment,
      NodeThreads threads,
      Consumer<Throwable> onFailure) {
    this.log = log;
    this.starts = starts;
    this.nodeId = nodeId;
    this.options = options;
    this.environment = environment;
    this.threads = threads;
    for (Shard shard : threads.shards()) {
      PeerMail mail = new PeerMail(environment.transport(), shard.number());
      shard.onPost(mail::post);
      mails.add(mail);
    }
    this.clock = new ScaledClock(environment.nanos(), options.clockFactor());
    this.questions = new QuestionIds(environment.random(), environment.nanos());
    this.onFailure = onFailure;
    this.codec = new Codec(models, new NodeEndpoint(nodeId));
    this.messages = new MemberMessageCodec(models, options.maxCommandBytes());
  }

  /** Sends nothing to the peers any more. */
  void silence() {
    mails.forEach(PeerMail::close);
  }

  MemberMessageCodec messages() {
    return messages;
  }

  /**
   * Reads the replica set's log on the calling thread and starts the replica set.
   *
   * @param onBuilt told of the replica set before it starts
   * @return completes when it takes part, and leads if it is a replica set of one
   */
  CompletableFuture<RaftReplicaSet> start(
      ReplicaSetSetup setup, StateMachine machine, Consumer<RaftReplicaSet> onBuilt)
      throws IOException {
    LogPart group = log.part(setup.logName());
    if (!setup.refillFrom().isEmpty()) {
      return Refill.run(group, machine, Refill.Copy.ofAny(setup.refillFrom()), threads::execute)
          .thenCompose(_ -> attempt(() -> start(setup.refilledFrom(List.of()), machine, onBuilt)));
    }
    long durable = machine.durableIndex();
    byte[] source = group.state(EngineStore.INSTALLED_FROM);
    if (source != null && isBehindSnapshot(group, durable)) {
      CompletableFuture<Void> installed = new CompletableFuture<>();
      install(setup.id(), group, machine, copy(setup, group, source), installed);
      return installed.thenCompose(
          _ ->
              attempt(
                  () -> {
                    long applied = Math.max(markIndex(group), machine.durableIndex());
                    return start(setup, machine, onBuilt, applied);
                  }));
    }
    requireContinuity(group, durable, source != null);
    return start(setup, machine, onBuilt, replay(group, machine, durable));
  }

  /** A start that reads or writes the log. */
  private interface Start {
    CompletableFuture<RaftReplicaSet> run() throws IOException;
  }

  private static CompletableFuture<RaftReplicaSet> attempt(Start start) {
    try {
      return start.run();
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The log begins at a snapshot from another member that the state machine has not kept. */
  private static boolean isBehindSnapshot(LogPart group, long durable) {
    long mark = markIndex(group);
    return durable < mark && group.availableFrom() > durable + 1;
  }

  /**
   * Returns what the log's snapshot stands for. Who sent it may have left the replica set since, or
   * be gone for good: any other member that stands there has the same.
   */
  private Refill.Copy copy(ReplicaSetSetup setup, LogPart group, byte[] source) throws IOException {
    LogPart.SnapshotMark mark = Objects.requireNonNull(group.snapshotMark());
    Codec.Snapshot content = codec.decodeSnapshot(mark.payload());
    Set<String> nodes = new LinkedHashSet<>();
    nodes.add(new String(source, StandardCharsets.UTF_8));
    for (RaftEndpoint member : content.members().getMembers()) {
      if (!member.equals(NodeEndpoint.ABSENT)) {
        nodes.add(NodeEndpoint.nodeIdOf(member));
      }
    }
    nodes.addAll(setup.initialMembers());
    nodes.remove(nodeId);
    return new Refill.Copy(List.copyOf(nodes), mark.index(), content.reference());
  }

  private void install(
      String id,
      LogPart group,
      StateMachine machine,
      Refill.Copy copy,
      CompletableFuture<Void> installed) {
    var _ =
        Refill.run(group, machine, copy, threads::execute)
            .whenComplete(
                (_, failed) -> {
                  if (failed == null) {
                    installed.complete(null);
                    return;
                  }
                  LOG.warn("Group {} cannot fetch its state yet", id, failed);
                  ticks(threads.shardOf(id))
                      .schedule(
                          () -> threads.execute(() -> install(id, group, machine, copy, installed)),
                          RETRY_SECONDS,
                          TimeUnit.SECONDS);
                });
  }

  private CompletableFuture<RaftReplicaSet> start(
      ReplicaSetSetup setup, StateMachine machine, Consumer<RaftReplicaSet> onBuilt, long applied)
      throws IOException {
    LogPart group = log.part(setup.logName());
    MachineDriver driver =
        new MachineDriver(machine, group, applied, options.snapshotBytes(), onFailure);
    driver.agreedBefore(agreed(group, applied));
    Shard shard = threads.shardOf(setup.id());
    Ticks ticks = ticks(shard);
    SerialExecutor executor = new SerialExecutor(shard, ticks, onFailure);
    boolean resumed = group.state(EngineStore.TERM) != null;
    NodeEndpoint local = local(setup, group);
    Codec stored = new Codec(models, local);
    EngineStore store = new EngineStore(log, group, stored, driver, executor);
    driver.beforeApply(store::makeDurable);
    ReplicaSetContext parts =
        new ReplicaSetContext(
            setup.id(),
            local,
            group,
            driver,
            store,
            executor,
            ticks,
            models,
            stored,
            new Lease(ticks.timeoutNanos()),
            new VoteGuard(resumed, environment.nanos().getAsLong() + ticks.timeoutNanos()),
            new FollowerSteps(),
            questions,
            starts,
            resumed || (starts.own().number() > 1 && !setup.joining()),
            environment.hasRoom());
    EnginePort port = new EnginePort(parts, mails.get(shard.number()), messages);
    executor.turnEnd(port);
    Reports reports = new Reports();
    RaftNode node = build(setup, parts, port, reports);
    port.attach(node);
    store.leading(() -> ((RaftNodeImpl) node).state().leaderState() != null);
    RaftReplicaSet started = new RaftReplicaSet(parts, node, port, options);
    reports.target = started::changed;
    driver.snapshotTrigger(started::requestSnapshot);
    onBuilt.accept(started);
    if (group.state(EngineStore.REMOVED) != null) {
      return started.ended().thenApply(_ -> started);
    }
    var taken = node.start(); // the executor's first task: the engine reads the log
    started.begin();
    return taken
        .thenCompose(
            _ -> isAlone(node) ? driver.ready() : CompletableFuture.<Void>completedFuture(null))
        .thenApply(_ -> started);
  }

  private Ticks ticks(Shard shard) {
    return new Ticks(shard.timer(), environment.nanos(), options.clockFactor());
  }

  /** Tells the replica set of changes in the engine, on the replica set's thread. */
  private static final class Reports implements RaftNodeReportListener {
    private Runnable target = () -> {};

    @Override
    public void accept(RaftNodeReport report) {
      target.run();
    }
  }

  /** Returns this node in the life that the log knows, or in a new one if it joins. */
  private NodeEndpoint local(ReplicaSetSetup setup, LogPart group) throws IOException {
    byte[] stored = group.state(EngineStore.ENDPOINT);
    if (stored != null) {
      return new NodeEndpoint(NodeEndpoint.idOf(codec.decodeEndpoint(stored).getLocalEndpoint()));
    }
    return setup.joining()
        ? NodeEndpoint.ofNewLife(nodeId, questions.next())
        : new NodeEndpoint(nodeId);
  }

  private static boolean isAlone(RaftNode node) {
    return List.copyOf(node.getEffectiveMembers().getVotingMembers())
        .equals(List.of(node.getLocalEndpoint()));
  }

  private static long markIndex(LogPart group) {
    LogPart.SnapshotMark mark = group.snapshotMark();
    return mark == null ? 0 : mark.index();
  }

  /** Returns up to where what the state machine holds is what this log has brought it. */
  private static long agreed(LogPart group, long applied) {
    byte[] installed = group.state(EngineStore.INSTALLED_UP_TO);
    boolean asInstalled = installed != null && applied <= new WireReader(installed).i64();
    return asInstalled ? Math.min(applied, markIndex(group)) : applied;
  }

  private static void requireContinuity(LogPart group, long durable, boolean installed)
      throws IOException {
    // What another member sent may be newer than the snapshot it sent it for.
    if (durable > group.lastIndex() && !installed) {
      throw new LogCorruptedException(
          "group " + group.name(),
          -1,
          "the store holds entries up to "
              + durable
              + ", but the log ends at "
              + group.lastIndex());
    }
    long needed = Math.min(durable, markIndex(group)) + 1;
    if (needed <= group.lastIndex() && needed < group.availableFrom()) {
      throw new ReplicaDamagedException(
          "the store of group "
              + group.name()
              + " ends at entry "
              + durable
              + ", but entries from "
              + needed
              + " on are needed, and the log begins at "
              + group.availableFrom(),
          null);
    }
  }

  /** Applies what is known to be committed beyond the state machine's own store. */
  private static long replay(LogPart group, StateMachine machine, long durable) throws IOException {
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

  private RaftNode build(
      ReplicaSetSetup setup,
      ReplicaSetContext parts,
      EnginePort port,
      RaftNodeReportListener reports)
      throws IOException {
    LogPart group = parts.log();
    RaftNode.RaftNodeBuilder builder =
        RaftNode.newBuilder()
            .setGroupId(setup.id())
            .setConfig(config())
            .setExecutor(parts.executor())
            .setTransport(port)
            .setStateMachine(parts.machine())
            .setStore(parts.store())
            .setModelFactory(models)
            .setRaftNodeReportListener(reports)
            .setRandom(environment.random())
            .setClock(clock);
    byte[] endpoint = group.state(EngineStore.ENDPOINT);
    byte[] initial = group.state(EngineStore.INITIAL_MEMBERS);
    byte[] term = group.state(EngineStore.TERM);
    if (endpoint == null || initial == null || term == null) {
      return builder
          .setLocalEndpoint(parts.local())
          .setInitialGroupMembers(
              NodeEndpoint.madeOdd(setup.initialMembers().stream().map(NodeEndpoint::new).toList()))
          .build();
    }
    SnapshotEntry snapshot = snapshot(group);
    return builder
        .setRestoredState(
            new RestoredRaftState(
                endpointAt(codec.decodeEndpoint(endpoint), snapshot),
                initialMembers(codec.decodeMembers(initial), snapshot),
                codec.decodeTerm(term),
                snapshot,
                entries(group, parts.stored())))
        .build();
  }

  /**
   * Returns the members with which the engine begins: the snapshot's, if there is one. It would get
   * there itself from the first ones, but fails if this node's role differs between the two.
   */
  private RaftGroupMembersView initialMembers(
      RaftGroupMembersView stored, @Nullable SnapshotEntry snapshot) {
    if (snapshot == null) {
      return stored;
    }
    RaftGroupMembersView members = snapshot.getGroupMembersView();
    return models
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(0)
        .setMembers(members.getMembers())
        .setVotingMembers(members.getVotingMembers())
        .build();
  }

  /** Returns this node in its role by the snapshot; later roles the engine takes from entries. */
  private RaftEndpointPersistentState endpointAt(
      RaftEndpointPersistentState stored, @Nullable SnapshotEntry snapshot) {
    if (snapshot == null) {
      return stored;
    }
    boolean voting =
        snapshot.getGroupMembersView().getVotingMembers().contains(stored.getLocalEndpoint());
    return models
        .createRaftEndpointPersistentStateBuilder()
        .setLocalEndpoint(stored.getLocalEndpoint())
        .setVoting(voting)
        .build();
  }

  private static List<LogEntry> entries(LogPart group, Codec stored) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    group.replayWithout(
        Codec.COMMAND,
        markIndex(group) + 1,
        group.lastIndex(),
        (index, entry) -> entries.add(stored.fromStored(index, entry)));
    return entries;
  }

  private @Nullable SnapshotEntry snapshot(LogPart group) throws IOException {
    LogPart.SnapshotMark mark = group.snapshotMark();
    if (mark == null) {
      return null;
    }
    Codec.Snapshot content = codec.decodeSnapshot(mark.payload());
    SnapshotChunk chunk =
        models.chunk(
            new Models.Place(mark.term(), mark.index()), content.reference(), content.members());
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
        .setLeaderHeartbeatPeriodSecs(Ticks.HEARTBEAT_SECONDS)
        .setLeaderHeartbeatTimeoutSecs(Ticks.TIMEOUT_SECONDS)
        .setLeaderElectionTimeoutMillis(Ticks.ELECTION_MILLIS)
        .setAppendEntriesRequestBatchSize(EnginePort.BATCH)
        .setMaxPendingLogEntryCount(options.maxInFlight() + Proposals.RESERVED_ENTRIES)
        .setCommitCountToTakeSnapshot(options.snapshotEntries())
        .setTransferSnapshotsFromFollowersEnabled(false)
        .build();
  }
}
