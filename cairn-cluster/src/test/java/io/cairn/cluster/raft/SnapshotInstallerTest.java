// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.StateMachine;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.model.log.RaftGroupMembersView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SnapshotInstallerTest {

  private final Models models = new Models();
  private final List<String> asked = new ArrayList<>();
  private final List<CompletableFuture<Void>> fetches = new ArrayList<>();
  private final List<Engine> installed = new ArrayList<>();
  private final SnapshotInstaller installer =
      new SnapshotInstaller(ScriptedPeers.GROUP, new Fetching(), Runnable::run, installed::add);

  private final class Fetching implements StateMachine {
    @Override
    public Object apply(long index, byte[] command, Object attachment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long durableIndex() {
      return 0;
    }

    @Override
    public CompletionStage<Void> prepareInstall(String from, long index, byte[] reference) {
      asked.add(from + " " + index + " " + reference[0]);
      fetches.add(new CompletableFuture<>());
      return fetches.getLast();
    }
  }

  private Engine offer(String leader, int term, long index, int reference) {
    RaftGroupMembersView members =
        models
            .createRaftGroupMembersViewBuilder()
            .setLogIndex(0)
            .setMembers(List.<RaftEndpoint>of(new NodeEndpoint(leader)))
            .setVotingMembers(List.<RaftEndpoint>of(new NodeEndpoint(leader)))
            .build();
    return new Engine(
        models
            .createInstallSnapshotRequestBuilder()
            .setGroupId(ScriptedPeers.GROUP)
            .setSender(new NodeEndpoint(leader))
            .setTerm(term)
            .setSenderLeader(true)
            .setSnapshotTerm(1)
            .setSnapshotIndex(index)
            .setTotalSnapshotChunkCount(1)
            .setSnapshotChunk(
                models
                    .createSnapshotChunkBuilder()
                    .setIndex(index)
                    .setTerm(1)
                    .setOperation(new byte[] {(byte) reference})
                    .setSnapshotChunkIndex(0)
                    .setSnapshotChunkCount(1)
                    .setGroupMembersView(members)
                    .build())
            .setSnapshottedMembers(members.getMembers())
            .setGroupMembersView(members)
            .setQuerySequenceNumber(0)
            .setFlowControlSequenceNumber(0)
            .build());
  }

  @Test
  void whatWasFetchedForOneOfferDoesNotCountForAnother() {
    installer.offer(offer("n2", 1, 100, 7));
    Engine second = offer("n3", 2, 100, 8);
    installer.offer(second);
    fetches.getFirst().complete(null);
    assertThat(installed).isEmpty();
    assertThat(asked).containsExactly("n2 100 7", "n3 100 8");
    fetches.getLast().complete(null);
    assertThat(installed).containsExactly(second);
  }

  @Test
  void sameOfferAgainIsFetchedOnce() {
    installer.offer(offer("n2", 1, 100, 7));
    Engine again = offer("n2", 1, 100, 7);
    installer.offer(again);
    fetches.getFirst().complete(null);
    assertThat(asked).hasSize(1);
    assertThat(installed).containsExactly(again);
  }
}
