// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.message.Models;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNodeStatus;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.SnapshotChunkCollector;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.report.RaftGroupMembers;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Prepares the engine for the members that a snapshot brings; it fails half-way through an install,
 * for good, if they do not follow on those it has. Used on the group's thread.
 */
final class MembersOnInstall {

  private final Models models;
  private final RaftNodeImpl engine;
  private final RaftEndpoint local;

  MembersOnInstall(Models models, RaftNodeImpl engine) {
    this.models = models;
    this.engine = engine;
    this.local = engine.getLocalEndpoint();
  }

  /**
   * Lets the engine take an earlier snapshot than one that another leader has offered, which went
   * away before it could send it.
   */
  void forgetOthers(InstallSnapshotRequest request) {
    SnapshotChunkCollector collector = engine.state().snapshotChunkCollector();
    if (collector != null
        && collector.getSnapshotIndex() > request.getSnapshotIndex()
        && request.getTerm() >= engine.state().term()) {
      engine.state().snapshotChunkCollector(null);
    }
  }

  /** Lets the engine install a snapshot by {@code install}, which hands it the request to take. */
  void during(InstallSnapshotRequest request, Consumer<InstallSnapshotRequest> install) {
    long index = request.getSnapshotIndex();
    RaftGroupMembers before = engine.getEffectiveMembers();
    boolean changing = before.getLogIndex() > engine.getCommittedMembers().getLogIndex();
    boolean installs =
        request.getTerm() >= engine.state().term() && index > engine.state().commitIndex();
    forgetOthers(request);
    if (changing && installs) {
      setBack(request.getTerm());
    }
    install.accept(installs ? fitting(request) : request);
    boolean kept = changing && installs && before.getLogIndex() > index;
    if (kept && engine.state().log().containsLogEntry(before.getLogIndex())) {
      engine.setStatus(RaftNodeStatus.UPDATING_RAFT_GROUP_MEMBER_LIST);
      engine.updateGroupMembers(
          before.getLogIndex(), before.getMembers(), before.getVotingMembers());
    }
  }

  /** A change of members that the snapshot covers, or comes before, is not in force meanwhile. */
  private void setBack(int term) {
    if (term > engine.state().term()) {
      engine.toFollower(term);
    }
    engine.revertGroupMembers();
    engine.setStatus(RaftNodeStatus.ACTIVE);
  }

  /**
   * A node that joins again begins with the first members without itself. If the snapshot is of a
   * time when the first members, and it among them, were in force still, the engine would list the
   * node as a voter but go on as a learner. It is to be a learner until it is promoted anew.
   */
  InstallSnapshotRequest fitting(InstallSnapshotRequest request) {
    RaftGroupMembersView view = request.getGroupMembersView();
    RaftGroupMembers known = engine.getEffectiveMembers();
    boolean wouldVote =
        view.getLogIndex() == known.getLogIndex()
            && view.getVotingMembers().contains(local)
            && !known.getVotingMembers().contains(local);
    return wouldVote ? with(withoutVote(view), request) : request;
  }

  private RaftGroupMembersView withoutVote(RaftGroupMembersView view) {
    Set<RaftEndpoint> voters = new LinkedHashSet<>(view.getVotingMembers());
    voters.remove(local);
    return models
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(view.getLogIndex())
        .setMembers(view.getMembers())
        .setVotingMembers(voters)
        .build();
  }

  private InstallSnapshotRequest with(RaftGroupMembersView view, InstallSnapshotRequest request) {
    SnapshotChunk chunk = request.getSnapshotChunk();
    return models
        .createInstallSnapshotRequestBuilder()
        .setGroupId(request.getGroupId())
        .setSender(request.getSender())
        .setTerm(request.getTerm())
        .setSenderLeader(request.isSenderLeader())
        .setSnapshotTerm(request.getSnapshotTerm())
        .setSnapshotIndex(request.getSnapshotIndex())
        .setTotalSnapshotChunkCount(request.getTotalSnapshotChunkCount())
        .setSnapshotChunk(chunk == null ? null : with(view, chunk))
        .setSnapshottedMembers(request.getSnapshottedMembers())
        .setGroupMembersView(view)
        .setQuerySequenceNumber(request.getQuerySequenceNumber())
        .setFlowControlSequenceNumber(request.getFlowControlSequenceNumber())
        .build();
  }

  private SnapshotChunk with(RaftGroupMembersView view, SnapshotChunk chunk) {
    // A snapshot of ours is one chunk, always.
    return models.chunk(
        new Models.Place(chunk.getTerm(), chunk.getIndex()), chunk.getOperation(), view);
  }
}
