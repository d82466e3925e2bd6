// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.log.LogLockedException;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationNodeTest {

  @TempDir Path directory;

  private static final ReplicationOptions OPTIONS =
      ReplicationOptions.defaults().with(it -> it.segmentBytes(1 << 20).maxCommandBytes(1 << 18));

  @Test
  void proposalIsAppliedAndAnswered() throws Exception {
    RecordingMachine machine = new RecordingMachine();
    Object attachment = new Object();
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      ReplicaSet group = node.createOrResumeReplicaSet("p0", machine);
      Applied applied = group.propose("one".getBytes(UTF_8), attachment).join();
      assertThat(applied.result()).isEqualTo("did one");
      assertThat(applied.index()).isEqualTo(group.lastApplied());
      assertThat(machine.attachments).containsExactly(attachment);
      assertThat(group.isLeader()).isTrue();
      assertThat(group.members()).containsExactly(new Member(node.nodeId(), true));
      assertThat(group.readIndex().join()).isEqualTo(applied.index());
    }
  }

  @Test
  void acknowledgedCommandsAreReplayedInOrderAfterRestart() throws Exception {
    List<String> expected = IntStream.range(0, 500).mapToObj(i -> "c" + i).toList();
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      ReplicaSet group = node.createOrResumeReplicaSet("p0", new RecordingMachine());
      proposeAll(group, expected);
    }
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      RecordingMachine machine = new RecordingMachine();
      ReplicaSet group = node.createOrResumeReplicaSet("p0", machine);
      assertThat(machine.applied).isEqualTo(expected);
      assertThat(machine.attachments).isEmpty();
      group.propose("more".getBytes(UTF_8), null).join();
      assertThat(machine.applied).endsWith("more").hasSize(501);
    }
  }

  @Test
  void onlyWhatTheStoreLacksIsReplayedAcrossSnapshots() throws Exception {
    ReplicationOptions options = OPTIONS.with(it -> it.snapshotEntries(100).snapshotBytes(1 << 20));
    List<String> commands = IntStream.range(0, 1234).mapToObj(i -> "c" + i).toList();
    List<Long> indexes;
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, options, ReplicationEnvironment.system(System::nanoTime))) {
      RecordingMachine machine = new RecordingMachine();
      proposeAll(node.createOrResumeReplicaSet("p0", machine), commands);
      indexes = machine.indexes;
    }
    for (int durable : new int[] {0, 50, 617, 1233}) {
      try (ReplicationNode node =
          RaftReplicationNode.open(
              directory, options, ReplicationEnvironment.system(System::nanoTime))) {
        RecordingMachine machine =
            new RecordingMachine(durable == 0 ? 0 : indexes.get(durable - 1));
        node.createOrResumeReplicaSet("p0", machine);
        assertThat(machine.applied).isEqualTo(commands.subList(durable, commands.size()));
      }
    }
  }

  @Test
  void eightGroupsStartAndStayApart() throws Exception {
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      for (int i = 0; i < 8; i++) {
        ReplicaSet group = node.createOrResumeReplicaSet("p" + i, new RecordingMachine());
        proposeAll(group, List.of("a" + i, "b" + i));
      }
    }
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      for (int i = 0; i < 8; i++) {
        RecordingMachine machine = new RecordingMachine();
        node.createOrResumeReplicaSet("p" + i, machine);
        assertThat(machine.applied).containsExactly("a" + i, "b" + i);
      }
      assertThat(node.groups()).hasSize(8);
    }
  }

  @Test
  void secondOpenerIsRefused() throws Exception {
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      assertThat(node.nodeId()).isNotEmpty();
      assertThatThrownBy(
              () ->
                  RaftReplicationNode.open(
                      directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime)))
          .isInstanceOf(LogLockedException.class)
          .hasMessageContaining(directory.toString());
    }
  }

  @Test
  void identityIsStoredAndAnotherIsRefused() throws Exception {
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory,
            OPTIONS.with(it -> it.nodeId("n").clusterId("c")),
            ReplicationEnvironment.system(System::nanoTime))) {
      assertThat(node.nodeId()).isEqualTo("n");
    }
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      assertThat(node.nodeId()).isEqualTo("n");
      assertThat(node.clusterId()).isEqualTo("c");
    }
    assertThatThrownBy(
            () ->
                RaftReplicationNode.open(
                    directory,
                    OPTIONS.with(it -> it.nodeId("m").clusterId("c")),
                    ReplicationEnvironment.system(System::nanoTime)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nodeId");
  }

  @Test
  void sameGroupIsNotStartedTwice() throws Exception {
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, OPTIONS, ReplicationEnvironment.system(System::nanoTime))) {
      node.createOrResumeReplicaSet("p0", new RecordingMachine());
      assertThatThrownBy(() -> node.createOrResumeReplicaSet("p0", new RecordingMachine()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("p0");
      assertThat(node.groups()).hasSize(1);
    }
  }

  static void proposeAll(ReplicaSet group, List<String> commands) {
    List<CompletableFuture<Applied>> futures = new ArrayList<>();
    commands.forEach(command -> futures.add(group.propose(command.getBytes(UTF_8), null)));
    futures.forEach(CompletableFuture::join);
  }
}
