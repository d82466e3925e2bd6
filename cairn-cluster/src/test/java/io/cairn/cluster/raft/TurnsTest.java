// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Applied;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogEnvironment;
import io.cairn.cluster.log.LogOptions;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.SimulatedFileSystem;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.simulation.WatchedFiles;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** In what order the things leave that a turn has brought about: before the disk, or after it. */
class TurnsTest {

  private static final String BEGINS = "fsync begins";
  private static final String ENDED = "fsync has ended";

  private final ScriptedPeers peers = new ScriptedPeers(3);

  private int lead() {
    int term = peers.elect("n2", "n3");
    peers.awaitSent("n2", AppendEntriesRequest.class);
    peers.holds("n2", 0, 1);
    peers.holds("n3", 0, 1);
    forget();
    return term;
  }

  private void forget() {
    peers.sent.clear();
    peers.events.clear();
  }

  @Test
  void appendsLeaveBeforeTheLeaderSyncsItsOwnLog() {
    lead();
    CompletableFuture<Applied> written = peers.propose("a command");
    assertThat(peers.events)
        .containsExactly("AppendEntriesRequest to n2", "AppendEntriesRequest to n3", BEGINS, ENDED);
    assertThat(written).isNotDone();
    peers.holds("n3", 2);
    assertThat(written).isCompleted();
  }

  @Test
  void followerConfirmsAndAppliesOnlyWhatIsOnItsDisk() {
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 0, "a command"));
    forget();
    peers.says(
        "n2", peers.append("n2", 1, ScriptedEntries.entry(1, 1, ""), 2, "committed already"));
    assertThat(peers.events)
        .as("the first was on the disk already")
        .containsExactly("applied", BEGINS, ENDED, "applied", "AppendEntriesSuccessResponse to n2");
    assertThat(peers.applied).containsExactly("a command", "committed already");
  }

  @Test
  void voteIsGivenOnlyOnceItIsOnTheDisk() {
    peers.pass(2_000); // no leader is waited for
    forget();
    peers.says("n2", peers.wantsVote("n2", 9, 0, 0));
    assertThat(peers.sentTo("n2", VoteResponse.class)).hasSize(1);
    assertThat(peers.events).containsSubsequence(BEGINS, ENDED, "VoteResponse to n2");
    assertThat(peers.events.indexOf("VoteResponse to n2"))
        .isGreaterThan(peers.events.lastIndexOf(ENDED));
  }

  @Test
  void candidateAsksForVotesOnlyOnceItsOwnIsOnTheDisk() {
    forget();
    Engine asked = peers.awaitRound("n2", 0);
    forget();
    peers.says("n2", peers.wouldVote("n2", asked));
    assertThat(peers.events)
        .containsExactly(BEGINS, ENDED, "VoteRequest to n2", "VoteRequest to n3");
  }

  @Test
  void nothingIsSaidOrAppliedOnceTheLogHasFailed() {
    forget();
    peers.disk.failForces("broken");
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 1, "committed already"));
    peers.pass(1_000);
    assertThat(peers.events).containsOnlyOnce(BEGINS).doesNotContain(ENDED, "applied");
    assertThat(peers.sentTo("n2", AppendEntriesSuccessResponse.class)).isEmpty();
    assertThat(peers.failures).isNotEmpty();
  }

  @Test
  void proposalsOfOneTurnShareAnAppendAndAnFsync() {
    lead();
    List<CompletableFuture<Applied>> written = new ArrayList<>();
    for (String command : List.of("one", "two", "three")) {
      written.add(peers.group.propose(command.getBytes(UTF_8), null));
    }
    peers.pass(1);
    assertThat(peers.events)
        .containsExactly("AppendEntriesRequest to n2", "AppendEntriesRequest to n3", BEGINS, ENDED);
    assertThat(peers.sentTo("n2", AppendEntriesRequest.class).getFirst().getLogEntries())
        .extracting(LogEntry::getIndex)
        .containsExactly(2L, 3L, 4L);
    peers.holds("n2", 4);
    assertThat(written).allSatisfy(one -> assertThat(one).isCompleted());
  }

  /** The third command leaves on a message whose own entry the leader has on its disk already. */
  @Test
  void leaderCountsItselfForWhatItsAppendsHaveTakenIn() {
    int term = lead();
    var _ = peers.propose("one");
    var _ = peers.propose("two");
    peers.holds("n3", 2);
    List<CompletableFuture<Applied>> third = new ArrayList<>();
    peers.inOneTurn(
        () -> peers.says("n2", peers.success("n2", term, 2, 0)),
        () -> third.add(peers.group.propose("three".getBytes(UTF_8), null)));
    peers.holds("n2", 4);
    assertThat(third).singleElement().satisfies(written -> assertThat(written).isCompleted());
  }

  @Test
  void commitIsToldWithoutATimerAndOnTheNextAppendIfThereIsOne() {
    int term = lead();
    var _ = peers.propose("one");
    RaftMessage held = peers.success("n2", term, 2, 0);
    forget();
    peers.says("n2", held);
    assertThat(peers.sentTo("n2", AppendEntriesRequest.class))
        .singleElement()
        .satisfies(
            append -> {
              assertThat(append.getCommitIndex()).isEqualTo(2);
              assertThat(append.getLogEntries()).isEmpty();
            });

    var _ = peers.propose("two");
    held = peers.success("n2", term, 3, 0);
    forget();
    var _ = peers.group.propose("three".getBytes(UTF_8), null);
    peers.says("n2", held);
    assertThat(peers.sentTo("n2", AppendEntriesRequest.class))
        .singleElement()
        .satisfies(
            append -> {
              assertThat(append.getCommitIndex()).isEqualTo(3);
              assertThat(append.getLogEntries()).hasSize(1);
            });
  }

  @Test
  void wordOfACommitIsNotAnswered() {
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 0, "a command"));
    forget();
    AppendEntriesRequest append = peers.append("n2", 1, ScriptedEntries.entry(1, 1, ""), 1);
    AppendEntriesRequest word =
        peers
            .models
            .createAppendEntriesRequestBuilder()
            .setGroupId(append.getGroupId())
            .setSender(append.getSender())
            .setTerm(append.getTerm())
            .setPreviousLogTerm(append.getPreviousLogTerm())
            .setPreviousLogIndex(append.getPreviousLogIndex())
            .setCommitIndex(append.getCommitIndex())
            .setQuerySequenceNumber(0)
            .setFlowControlSequenceNumber(0)
            .setLogEntries(List.of())
            .build();
    peers.says("n2", word);
    assertThat(peers.events).containsExactly("applied");
  }

  /** The disk has been slow a moment ago, and now does not answer at all. */
  private void hang() {
    peers.aside.syncNanos = 30_000_000;
    var _ = alone("slow").join().propose(new byte[1], null);
    peers.pass(0);
    forget();
    peers.aside.hangs = true;
  }

  private void goOn() {
    peers.aside.hangs = false;
    peers.pass(0);
  }

  private CompletableFuture<ReplicaSet> alone(String id) {
    var started = peers.node.startReplicaSet(ReplicaSetSetup.alone(id, "n1"), new Nothing());
    peers.pass(1);
    return started;
  }

  @Test
  void heartbeatsOfAnIdleReplicaSetLeaveWhileTheFsyncOfAnotherHangs() {
    int term = lead();
    ReplicaSet other = alone("other").join();
    hang();
    CompletableFuture<Applied> written = other.propose(new byte[1], null);
    for (int beat = 0; beat < 20; beat++) {
      forget();
      peers.pass(peers.heartbeatMillis() + 1);
      List<Engine> beats = peers.engineTo("n2");
      assertThat(beats).as("beat %d", beat).isNotEmpty();
      peers.says("n2", new Engine(peers.success("n2", term, 1, 0), beats.getLast().stamp(), 0));
      assertThat(peers.group.leadership()).as("lease at beat %d", beat).isNotNull();
    }
    assertThat(peers.events).doesNotContain(BEGINS);
    assertThat(written).isNotDone();
    goOn();
    assertThat(written).isCompleted();
  }

  @Test
  void leaderWhoseFsyncHangsCountsItsOwnEntriesOnlyAfterIt() {
    lead();
    hang();
    CompletableFuture<Applied> written = peers.propose("a command");
    assertThat(peers.events)
        .containsExactly("AppendEntriesRequest to n2", "AppendEntriesRequest to n3");
    peers.holds("n2", 2);
    assertThat(written).isNotDone();
    assertThat(peers.applied).isEmpty();
    forget();
    goOn();
    assertThat(peers.events).startsWith(BEGINS, ENDED, "applied");
    assertThat(written).isCompleted();
  }

  @Test
  void leaderThatIsGivenMoreMeanwhileWritesItAfterTheFsyncAndWaitsForAnother() {
    lead();
    hang();
    CompletableFuture<Applied> first = peers.propose("one");
    peers.holds("n2", 2);
    var second = peers.group.propose("two".getBytes(UTF_8), null); // a task that waits
    peers.aside.goOnOnce();
    assertThat(first).as("the shard has not heard of it").isNotDone();
    peers.pass(0);
    assertThat(peers.events).containsOnlyOnce(BEGINS).containsSubsequence(ENDED, "applied");
    assertThat(first).isCompleted();
    goOn();
    assertThat(peers.events.indexOf("AppendEntriesRequest to n2"))
        .isLessThan(peers.events.lastIndexOf(BEGINS));
    peers.holds("n2", 3);
    assertThat(second).isCompleted();
  }

  @Test
  void followerWhoseFsyncHangsConfirmsAndAppliesNothing() {
    hang();
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 1, "committed already"));
    peers.says("n3", peers.wantsVote("n3", 9, 9, 9));
    peers.pass(100);
    assertThat(peers.events).isEmpty();
    goOn();
    assertThat(peers.events)
        .startsWith(BEGINS, ENDED, "applied", "AppendEntriesSuccessResponse to n2");
  }

  @Test
  void voteIsNotGivenWhileTheFsyncHangs() {
    peers.pass(2_000); // no leader is waited for
    hang();
    peers.says("n2", peers.wantsVote("n2", 9, 0, 0));
    peers.pass(100);
    assertThat(peers.events).isEmpty();
    goOn();
    assertThat(peers.events).containsSubsequence(BEGINS, ENDED, "VoteResponse to n2");
    assertThat(peers.events.indexOf("VoteResponse to n2"))
        .isGreaterThan(peers.events.indexOf(ENDED));
  }

  @Test
  void whatIsWrittenDuringAnFsyncWaitsForTheNext() {
    ReplicaSet one = alone("one").join();
    ReplicaSet two = alone("two").join();
    hang();
    CompletableFuture<Applied> first = one.propose(new byte[1], null);
    peers.pass(0);
    CompletableFuture<Applied> second = two.propose(new byte[1], null); // a task that waits
    peers.aside.goOnOnce();
    assertThat(first).as("the shard has not heard of it").isNotDone();
    peers.pass(0);
    assertThat(peers.events).containsExactly(BEGINS, ENDED);
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    goOn();
    assertThat(peers.events).containsExactly(BEGINS, ENDED, BEGINS, ENDED);
    assertThat(second).isCompleted();
  }

  @Test
  void nothingIsSaidOrAppliedWhenAnFsyncThatHangsFails() {
    hang();
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 1, "committed already"));
    peers.disk.failForces("broken");
    goOn();
    peers.pass(1_000);
    assertThat(peers.events).containsOnlyOnce(BEGINS).doesNotContain(ENDED, "applied");
    assertThat(peers.sentTo("n2", AppendEntriesSuccessResponse.class)).isEmpty();
    assertThat(peers.failures).isNotEmpty();
  }

  @Test
  void stopWaitsForTheFsyncThatHangs() {
    lead();
    hang();
    CompletableFuture<Applied> written = peers.propose("a command");
    CompletableFuture<Void> stopped = peers.node.stopReplicaSet(ScriptedPeers.GROUP);
    peers.pass(100);
    assertThat(stopped).isNotDone();
    assertThat(written).as("its fate is not known yet").isNotDone();
    goOn();
    assertThat(stopped).isCompleted();
    assertThat(written).isCompletedExceptionally();
  }

  @Test
  void shardWaitsForTheDiskItselfAgainOnceThatWasQuickForAWhile() {
    ReplicaSet one = alone("one").join();
    hang();
    CompletableFuture<Applied> written = one.propose(new byte[1], null);
    peers.pass(0);
    assertThat(written).isNotDone();
    peers.aside.syncNanos = 0;
    goOn();
    peers.aside.hangs = true;
    peers.pass(11_000);
    CompletableFuture<Applied> next = one.propose(new byte[1], null);
    peers.pass(0);
    assertThat(next).isCompleted();
  }

  /** Groups of one that share a thread: their commands arrive while it is busy. */
  @Test
  void replicaSetsOfAShardShareAnFsync() throws IOException {
    List<String> syncs = new ArrayList<>();
    Queue<Runnable> tasks = new ArrayDeque<>();
    WatchedFiles.Watcher watcher =
        operation -> {
          if (operation.equals("force")) {
            syncs.add(operation);
          }
        };
    ReplicationEnvironment environment =
        ReplicationEnvironment.system(() -> 1)
            .withFiles(new WatchedFiles(new SimulatedFileSystem().process(), watcher))
            .withRandom(new Random(1))
            .with(it -> it.executor(tasks::add).timer((_, _) -> {}).ownLogThreads(false));
    ReplicationOptions options = ReplicationOptions.defaults().withNodeId("n1");
    try (var node = RaftReplicationNode.open(Path.of("/log"), options, environment)) {
      List<CompletableFuture<ReplicaSet>> groups = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        groups.add(node.startReplicaSet(ReplicaSetSetup.alone("g" + i, "n1"), new Nothing()));
      }
      run(tasks);
      syncs.clear();
      List<CompletableFuture<Applied>> written = new ArrayList<>();
      groups.forEach(group -> written.add(group.join().propose(new byte[1], null)));
      run(tasks);
      assertThat(written).allSatisfy(one -> assertThat(one).isCompleted());
      assertThat(syncs).hasSize(1);
    }
  }

  @Test
  void listenerThatFailsKeepsNeitherOthersNorTheShardFromGoingOn() throws IOException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    List<Throwable> told = new ArrayList<>();
    ReplicationEnvironment environment =
        ReplicationEnvironment.system(() -> 1)
            .withFiles(new SimulatedFileSystem().process())
            .withRandom(new Random(1))
            .with(it -> it.executor(tasks::add).timer((_, _) -> {}).ownLogThreads(false));
    ReplicationOptions options = ReplicationOptions.defaults().withNodeId("n1");
    try (var node = RaftReplicationNode.open(Path.of("/log"), options, environment)) {
      node.onFatal(
          _ -> {
            throw new IllegalStateException("on purpose");
          });
      node.onFatal(told::add);
      var started =
          node.startReplicaSet(
              ReplicaSetSetup.alone("g", "n1"),
              new Nothing() {
                @Override
                public Object apply(long index, byte[] command, Object attachment) {
                  throw new IllegalArgumentException("cannot be applied");
                }
              });
      run(tasks);
      var first = started.join().propose(new byte[1], null);
      run(tasks);
      var second = started.join().propose(new byte[1], null);
      run(tasks);
      assertThat(told).hasSize(1);
      assertThat(first).isCompletedExceptionally();
      assertThat(second).isCompletedExceptionally();
    }
  }

  @Test
  void whoeverWaitsForTheDiskLetsOutBeforeWhatOthersCanUse() throws IOException {
    List<String> events = new ArrayList<>();
    WatchedFiles.Watcher watcher =
        operation -> {
          if (operation.equals("force")) {
            events.add(BEGINS);
          }
        };
    LogEnvironment environment =
        LogEnvironment.inline(
            new WatchedFiles(new SimulatedFileSystem().process(), watcher), new Random(1));
    LogOptions options = new LogOptions(1 << 16, 1 << 15, 100);
    try (var log = WriteAheadLog.open(Path.of("/log"), options, environment, _ -> {})) {
      LogPart part = log.part("a");
      log.flush();
      log.beforeDisk(() -> events.add("let out"));
      events.clear();
      part.putState((byte) 3, new byte[] {1});
      log.flush(); // nothing waits
      assertThat(events).containsExactly("let out", BEGINS);
    }
  }

  private static void run(Queue<Runnable> tasks) {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static class Nothing implements StateMachine {
    @Override
    public Object apply(long index, byte[] command, Object attachment) {
      return index;
    }

    @Override
    public long durableIndex() {
      return 0;
    }
  }
}
