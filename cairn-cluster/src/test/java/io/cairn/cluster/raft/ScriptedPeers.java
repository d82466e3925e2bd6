// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.cluster.Applied;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.ReplicationTransport;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.SimulatedFileSystem;
import io.cairn.cluster.raft.message.MemberMessage;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.cairn.cluster.raft.thread.Ticks;
import io.cairn.cluster.simulation.WatchedFiles;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireWriter;
import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * One real node, n1, in one thread on a virtual clock, whose peers n2, n3 ... the test plays: it
 * sees every message that leaves, and sends whatever a late, repeated or forgetful peer might.
 */
final class ScriptedPeers {

  static final String GROUP = "group@1/default/0";
  static final String LOCAL = "n1";
  private static final long STEP_NANOS = 5_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** A message that has left the node. */
  record Sent(String to, MemberMessage message) {}

  private record Timer(long at, long sequence, Runnable task) {}

  final Models models = new Models();
  final List<Sent> sent = new ArrayList<>();
  final List<String> applied = new ArrayList<>();

  /** What came with the commands that were applied, if anything. */
  final List<Object> attachments = new ArrayList<>();

  final List<Throwable> failures = new ArrayList<>();

  /** What the node has done, in its order: messages sent, entries applied, fsyncs. */
  final List<String> events = new ArrayList<>();

  final SimulatedFileSystem disk = new SimulatedFileSystem();
  ReplicaSet group;

  /**
   * What a peer says to the token of a start: as a rule, what those say who know of no later one.
   */
  BiFunction<String, Long, Optional<StartAnswer>> examiner =
      (_, token) -> Optional.of(new StartAnswer(token, true, 0));

  final HangingDisk aside = new HangingDisk(events, nanos -> this.clock += nanos);
  ReplicationNode node;

  /** What the state machine says to hold durably. */
  long durable;

  /** Whether the state machine can take no more for now. */
  boolean crowded;

  private final List<String> members;
  private final ReplicationOptions options;
  private final MemberMessageCodec codec = new MemberMessageCodec(models, 1 << 16);
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::sequence));
  private final HoldingTransport wire = new HoldingTransport(this::arrive);
  private Random random = new Random(1);
  private long clock = 1_000_000_000L;
  private long sequence;
  private boolean gathering;
  private NodeEndpoint local = new NodeEndpoint(LOCAL);

  /** Starts the node in a group of so many, which begins now. */
  ScriptedPeers(int size) {
    this(size, ReplicationOptions.defaults().snapshotEntries());
  }

  ScriptedPeers(int size, int snapshotEntries) {
    this.options =
        ReplicationOptions.defaults()
            .with(
                it ->
                    it.segmentBytes(1 << 18)
                        .maxCommandBytes(1 << 16)
                        .snapshotEntries(snapshotEntries)
                        .snapshotBytes(1 << 20)
                        .nodeId(LOCAL)
                        .clusterId("scripted"));
    this.members = IntStream.rangeClosed(1, size).mapToObj(i -> "n" + i).toList();
    start();
  }

  private void start() {
    ReplicationEnvironment environment =
        ReplicationEnvironment.system(System::nanoTime)
            .withFiles(new WatchedFiles(disk.process(), aside))
            .withRandom(random)
            .withTransport(wire)
            .with(
                it ->
                    it.nanos(() -> clock)
                        .shards(List.of(tasks::add))
                        .executor(aside)
                        .timer(this::schedule)
                        .ownLogThreads(false));
    try {
      node = RaftReplicationNode.open(Path.of("/log"), options, environment);
      node.onFatal(failures::add);
      CompletableFuture<ReplicaSet> started =
          node.startReplicaSet(ReplicaSetSetup.together(GROUP, members), new Machine());
      run();
      group = started.join();
      local = ((RaftReplicaSet) group).local();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void schedule(Runnable task, long delay) {
    timers.add(new Timer(clock + delay, sequence++, task));
  }

  /** Ends the process without warning and starts it again: what was not synced is lost. */
  void loseMemory() {
    end();
    start();
  }

  /** The machine starts again, and with it its clock, as it did the last time. */
  void reboot(long clockAtStart, long seed) {
    end();
    clock = clockAtStart;
    random = new Random(seed);
    start();
  }

  private void end() {
    disk.losePower(new NothingIsKept());
    tasks.clear();
    aside.forget();
    timers.clear();
    sent.clear();
    applied.clear();
  }

  /** Has all this happen before the node's thread is run. */
  void inOneTurn(Runnable... happenings) {
    gathering = true;
    List.of(happenings).forEach(Runnable::run);
    gathering = false;
    run();
  }

  private void run() {
    if (gathering) {
      return;
    }
    wire.letOut();
    for (Runnable task = next(); task != null; task = next()) {
      task.run();
      wire.letOut();
    }
  }

  private Runnable next() {
    return tasks.isEmpty() ? aside.next() : tasks.poll();
  }

  /** Lets time pass. */
  void pass(long millis) {
    long end = clock + millis * 1_000_000;
    run();
    while (!timers.isEmpty() && timers.peek().at() <= end) {
      Timer next = timers.poll();
      clock = Math.max(clock, next.at());
      next.task().run();
      run();
    }
    clock = end;
  }

  long now() {
    return clock;
  }

  /** Returns how many things the node has planned for later. */
  int planned() {
    return timers.size();
  }

  long heartbeatMillis() {
    return new Ticks(this::schedule, () -> clock, ReplicationOptions.defaults().clockFactor())
            .heartbeatNanos()
        / 1_000_000;
  }

  /**
   * Returns the last message of a kind of the engine's to a peer, and lets time pass until then.
   */
  <M extends RaftMessage> M awaitSent(String to, Class<M> kind) {
    for (long end = clock + PATIENCE_NANOS; clock < end; pass(STEP_NANOS / 1_000_000)) {
      List<M> found = sentTo(to, kind);
      if (!found.isEmpty()) {
        return found.getLast();
      }
    }
    throw new AssertionError("no " + kind.getSimpleName() + " was sent to " + to);
  }

  <M extends RaftMessage> List<M> sentTo(String to, Class<M> kind) {
    return engineTo(to).stream()
        .map(Engine::message)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  List<Engine> engineTo(String to) {
    return told(to, Engine.class);
  }

  <M extends MemberMessage> List<M> told(String to, Class<M> kind) {
    return sent.stream()
        .filter(one -> one.to().equals(to))
        .map(Sent::message)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /** A peer, perhaps named with a life, sends a message of the engine; it carries no stamp. */
  void says(String from, RaftMessage message) {
    says(from, new Engine(message));
  }

  void says(String from, MemberMessage message) {
    WireWriter out = new WireWriter();
    out.u8(MemberMessageCodec.VERSION);
    NodeEndpoint sender = new NodeEndpoint(from);
    codec.write(out, GROUP, sender, local, message);
    wire.receive(sender.nodeId(), out.take());
    run();
  }

  /** Lets the node stand, and these peers vote for it; returns the term in which it leads. */
  int elect(String... voters) {
    sent.clear();
    Engine asked = awaitRound(voters[0], 0);
    for (String voter : voters) {
      says(voter, wouldVote(voter, asked));
    }
    int term = awaitSent(voters[0], VoteRequest.class).getTerm();
    for (String voter : voters) {
      says(voter, vote(voter, term));
    }
    return term;
  }

  /** Proposes a command, with itself as the attachment. */
  CompletableFuture<Applied> propose(String command) {
    CompletableFuture<Applied> result = group.propose(command.getBytes(UTF_8), command);
    pass(1);
    return result;
  }

  /** A peer says, one after the other, that its log is the leader's up to these indexes. */
  void holds(String name, long... indexes) {
    for (long index : indexes) {
      says(name, success(name, (int) group.term(), index, 0));
      pass(1);
    }
  }

  /** Waits until a peer is asked whether it would vote, in another round than that. */
  Engine awaitRound(String peer, long earlier) {
    for (long end = clock + PATIENCE_NANOS; clock < end; pass(STEP_NANOS / 1_000_000)) {
      for (Engine engine : engineTo(peer)) {
        if (engine.message() instanceof PreVoteRequest && engine.stamp() != earlier) {
          return engine;
        }
      }
    }
    throw new AssertionError(peer + " was not asked whether it would vote");
  }

  /** A peer would vote, as it was asked. */
  Engine wouldVote(String voter, Engine asked) {
    RaftMessage granted =
        models
            .createPreVoteResponseBuilder()
            .setGroupId(GROUP)
            .setSender(new NodeEndpoint(voter))
            .setTerm(asked.message().getTerm())
            .setGranted(true)
            .build();
    return new Engine(granted, asked.stamp(), 0);
  }

  RaftMessage vote(String voter, int term) {
    return ScriptedEntries.vote(models, voter, term);
  }

  RaftMessage wantsVote(String candidate, int term, int lastTerm, long lastIndex) {
    return ScriptedEntries.wantsVote(
        models, candidate, term, ScriptedEntries.entry(lastTerm, lastIndex, ""));
  }

  /** Returns the number of the last append to a peer, which its answer names. */
  private long flow(String to) {
    List<AppendEntriesRequest> appends = sentTo(to, AppendEntriesRequest.class);
    return appends.isEmpty() ? 1 : appends.getLast().getFlowControlSequenceNumber();
  }

  /** A success: the peer holds all up to an index, and confirms a query. */
  RaftMessage success(String from, int term, long lastIndex, long query) {
    return models
        .createAppendEntriesSuccessResponseBuilder()
        .setGroupId(GROUP)
        .setSender(new NodeEndpoint(from))
        .setTerm(term)
        .setLastLogIndex(lastIndex)
        .setQuerySequenceNumber(query)
        .setFlowControlSequenceNumber(flow(from))
        .build();
  }

  RaftMessage failure(String from, int term, long expected, long query) {
    return models
        .createAppendEntriesFailureResponseBuilder()
        .setGroupId(GROUP)
        .setSender(new NodeEndpoint(from))
        .setTerm(term)
        .setExpectedNextIndex(expected)
        .setQuerySequenceNumber(query)
        .setFlowControlSequenceNumber(flow(from))
        .build();
  }

  RaftMessage wantsSnapshot(String from, int term, long index, long query) {
    return models
        .createInstallSnapshotResponseBuilder()
        .setGroupId(GROUP)
        .setSender(new NodeEndpoint(from))
        .setTerm(term)
        .setSnapshotIndex(index)
        .setRequestedSnapshotChunkIndex(0)
        .setQuerySequenceNumber(query)
        .setFlowControlSequenceNumber(flow(from))
        .build();
  }

  /** A leader's entries of its term, that follow on others, and how far it has committed. */
  AppendEntriesRequest append(
      String leader, int term, LogEntry previous, long commit, String... commands) {
    List<LogEntry> entries = new ArrayList<>();
    for (String command : commands) {
      entries.add(ScriptedEntries.entry(term, previous.getIndex() + 1 + entries.size(), command));
    }
    return append(leader, term, previous, commit, entries);
  }

  AppendEntriesRequest append(
      String leader, int term, LogEntry previous, long commit, List<LogEntry> entries) {
    return models
        .createAppendEntriesRequestBuilder()
        .setGroupId(GROUP)
        .setSender(new NodeEndpoint(leader))
        .setTerm(term)
        .setPreviousLogTerm(previous.getTerm())
        .setPreviousLogIndex(previous.getIndex())
        .setCommitIndex(commit)
        .setQuerySequenceNumber(0)
        .setFlowControlSequenceNumber(1)
        .setLogEntries(entries)
        .build();
  }

  /** A leader's snapshot, which all peers that are named have taken part in. */
  RaftMessage snapshot(String leader, int term, long index) {
    var view =
        models
            .createRaftGroupMembersViewBuilder()
            .setLogIndex(0)
            .setMembers(endpoints())
            .setVotingMembers(endpoints())
            .build();
    return models
        .createInstallSnapshotRequestBuilder()
        .setGroupId(GROUP)
        .setSender(new NodeEndpoint(leader))
        .setTerm(term)
        .setSenderLeader(true)
        .setSnapshotTerm(term)
        .setSnapshotIndex(index)
        .setTotalSnapshotChunkCount(1)
        .setSnapshotChunk(models.chunk(new Models.Place(term, index), new byte[0], view))
        .setSnapshottedMembers(List.of(new NodeEndpoint(leader)))
        .setGroupMembersView(view)
        .setQuerySequenceNumber(0)
        .setFlowControlSequenceNumber(1)
        .build();
  }

  private List<RaftEndpoint> endpoints() {
    return members.stream().<RaftEndpoint>map(NodeEndpoint::new).toList();
  }

  private void arrive(String nodeId, ByteBuffer frame) {
    try {
      codec.read(ReplicationTransport.bytesOf(frame), LOCAL, _ -> new Peer(nodeId));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private final class Peer implements MemberMessageCodec.Receiver {
    private final String name;

    Peer(String name) {
      this.name = name;
    }

    @Override
    public NodeEndpoint local() {
      return new NodeEndpoint(name);
    }

    @Override
    public void receive(String from, MemberMessage message) {
      if (message instanceof MemberMessage.StartClaim claim) {
        examiner
            .apply(name, claim.token())
            .ifPresent(answer -> tasks.add(() -> says(name, answer)));
        return;
      }
      sent.add(new Sent(name, message));
      if (message instanceof Engine engine) {
        events.add(engine.message().getClass().getInterfaces()[0].getSimpleName() + " to " + name);
      }
    }
  }

  private final class Machine implements StateMachine {
    @Override
    public Object apply(long index, byte[] command, Object attachment) {
      applied.add(new String(command, UTF_8));
      events.add("applied");
      if (attachment != null) {
        attachments.add(attachment);
      }
      return index;
    }

    @Override
    public boolean isCrowded() {
      return crowded;
    }

    @Override
    public long durableIndex() {
      return durable;
    }
  }
}
