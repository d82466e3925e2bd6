// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp.UpdateRaftGroupMembersOpBuilder;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry.LogEntryBuilder;
import io.microraft.model.log.RaftGroupMembersView.RaftGroupMembersViewBuilder;
import io.microraft.model.log.SnapshotChunk.SnapshotChunkBuilder;
import io.microraft.model.log.SnapshotEntry.SnapshotEntryBuilder;
import io.microraft.model.message.AppendEntriesFailureResponse.AppendEntriesFailureResponseBuilder;
import io.microraft.model.message.AppendEntriesRequest.AppendEntriesRequestBuilder;
import io.microraft.model.message.AppendEntriesSuccessResponse.AppendEntriesSuccessResponseBuilder;
import io.microraft.model.message.InstallSnapshotRequest.InstallSnapshotRequestBuilder;
import io.microraft.model.message.InstallSnapshotResponse.InstallSnapshotResponseBuilder;
import io.microraft.model.message.PreVoteRequest.PreVoteRequestBuilder;
import io.microraft.model.message.PreVoteResponse.PreVoteResponseBuilder;
import io.microraft.model.message.TriggerLeaderElectionRequest.TriggerLeaderElectionRequestBuilder;
import io.microraft.model.message.VoteRequest.VoteRequestBuilder;
import io.microraft.model.message.VoteResponse.VoteResponseBuilder;
import io.microraft.model.persistence.RaftEndpointPersistentState.RaftEndpointPersistentStateBuilder;
import io.microraft.model.persistence.RaftTermPersistentState.RaftTermPersistentStateBuilder;

/** Makes the engine's objects: our own compact entries, and the library's plain ones else. */
public final class Models implements RaftModelFactory {

  private final RaftModelFactory plain = new DefaultRaftModelFactory();

  @Override
  public LogEntryBuilder createLogEntryBuilder() {
    return new Entry();
  }

  @Override
  public SnapshotEntryBuilder createSnapshotEntryBuilder() {
    return plain.createSnapshotEntryBuilder();
  }

  @Override
  public SnapshotChunkBuilder createSnapshotChunkBuilder() {
    return plain.createSnapshotChunkBuilder();
  }

  @Override
  public AppendEntriesRequestBuilder createAppendEntriesRequestBuilder() {
    return plain.createAppendEntriesRequestBuilder();
  }

  @Override
  public AppendEntriesSuccessResponseBuilder createAppendEntriesSuccessResponseBuilder() {
    return plain.createAppendEntriesSuccessResponseBuilder();
  }

  @Override
  public AppendEntriesFailureResponseBuilder createAppendEntriesFailureResponseBuilder() {
    return plain.createAppendEntriesFailureResponseBuilder();
  }

  @Override
  public InstallSnapshotRequestBuilder createInstallSnapshotRequestBuilder() {
    return plain.createInstallSnapshotRequestBuilder();
  }

  @Override
  public InstallSnapshotResponseBuilder createInstallSnapshotResponseBuilder() {
    return plain.createInstallSnapshotResponseBuilder();
  }

  @Override
  public PreVoteRequestBuilder createPreVoteRequestBuilder() {
    return plain.createPreVoteRequestBuilder();
  }

  @Override
  public PreVoteResponseBuilder createPreVoteResponseBuilder() {
    return plain.createPreVoteResponseBuilder();
  }

  @Override
  public TriggerLeaderElectionRequestBuilder createTriggerLeaderElectionRequestBuilder() {
    return plain.createTriggerLeaderElectionRequestBuilder();
  }

  @Override
  public VoteRequestBuilder createVoteRequestBuilder() {
    return plain.createVoteRequestBuilder();
  }

  @Override
  public VoteResponseBuilder createVoteResponseBuilder() {
    return plain.createVoteResponseBuilder();
  }

  @Override
  public UpdateRaftGroupMembersOpBuilder createUpdateRaftGroupMembersOpBuilder() {
    return plain.createUpdateRaftGroupMembersOpBuilder();
  }

  @Override
  public RaftGroupMembersViewBuilder createRaftGroupMembersViewBuilder() {
    return plain.createRaftGroupMembersViewBuilder();
  }

  @Override
  public RaftEndpointPersistentStateBuilder createRaftEndpointPersistentStateBuilder() {
    return plain.createRaftEndpointPersistentStateBuilder();
  }

  @Override
  public RaftTermPersistentStateBuilder createRaftTermPersistentStateBuilder() {
    return plain.createRaftTermPersistentStateBuilder();
  }
}
