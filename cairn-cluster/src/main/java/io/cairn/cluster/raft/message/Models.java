// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.LogEntry.LogEntryBuilder;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.AppendEntriesRequest;
import java.util.List;

/** Makes the engine's objects: our own compact entries, and the library's plain ones else. */
public final class Models extends DefaultRaftModelFactory {

  @Override
  public LogEntryBuilder createLogEntryBuilder() {
    return new Entry();
  }

  /** Returns an append with other entries. */
  public AppendEntriesRequest append(AppendEntriesRequest append, List<LogEntry> entries) {
    Place previous = new Place(append.getPreviousLogTerm(), append.getPreviousLogIndex());
    return append(append, previous, append.getCommitIndex(), entries);
  }

  /** Returns an append with other entries, which follow on another place. */
  public AppendEntriesRequest append(
      AppendEntriesRequest append, Place previous, long commit, List<LogEntry> entries) {
    return createAppendEntriesRequestBuilder()
        .setGroupId(append.getGroupId())
        .setSender(append.getSender())
        .setTerm(append.getTerm())
        .setPreviousLogTerm(previous.term())
        .setPreviousLogIndex(previous.index())
        .setCommitIndex(commit)
        .setQuerySequenceNumber(append.getQuerySequenceNumber())
        .setFlowControlSequenceNumber(append.getFlowControlSequenceNumber())
        .setLogEntries(entries)
        .build();
  }

  /** Where an entry stands in the logs of all members. */
  public record Place(int term, long index) {}

  /** Returns the one chunk of which a snapshot consists. */
  public SnapshotChunk chunk(Place place, Object reference, RaftGroupMembersView members) {
    return createSnapshotChunkBuilder()
        .setIndex(place.index())
        .setTerm(place.term())
        .setOperation(reference)
        .setSnapshotChunkIndex(0)
        .setSnapshotChunkCount(1)
        .setGroupMembersView(members)
        .build();
  }
}
