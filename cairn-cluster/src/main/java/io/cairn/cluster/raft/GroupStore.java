// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.GroupLog;
import io.cairn.cluster.log.GroupLog.SnapshotMark;
import io.cairn.cluster.log.WriteAheadLog;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import java.io.IOException;
import java.util.List;

/** Lets one group's engine write into the shared log. */
final class GroupStore implements RaftStore {

  static final byte ENDPOINT = 1;
  static final byte INITIAL_MEMBERS = 2;
  static final byte TERM = 3;

  private final WriteAheadLog log;
  private final GroupLog group;
  private final Codec codec;

  GroupStore(WriteAheadLog log, GroupLog group, Codec codec) {
    this.log = log;
    this.group = group;
    this.codec = codec;
  }

  @Override
  public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) throws IOException {
    group.putState(ENDPOINT, codec.encode(state));
  }

  @Override
  public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members)
      throws IOException {
    group.putState(INITIAL_MEMBERS, codec.encode(members));
  }

  @Override
  public void persistAndFlushTerm(RaftTermPersistentState state) throws IOException {
    group.putState(TERM, codec.encode(state));
  }

  @Override
  public void persistLogEntries(List<LogEntry> entries) throws IOException {
    for (LogEntry entry : entries) {
      byte[] command =
          entry.getOperation() instanceof Command held
              ? held.bytes(group, entry.getIndex())
              : null;
      group.append(entry.getIndex(), codec.toStored(entry, command));
    }
  }

  @Override
  public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
    byte[] payload =
        codec.encodeSnapshot(chunk.getGroupMembersView(), (byte[]) chunk.getOperation());
    group.markSnapshot(new SnapshotMark(chunk.getIndex(), chunk.getTerm(), payload));
  }

  @Override
  public void truncateLogEntriesFrom(long index) throws IOException {
    group.truncateFrom(index);
  }

  @Override
  public void truncateLogEntriesUntil(long index) {
    // The log deletes segments by what the state machine holds durably, not by this.
  }

  @Override
  public void deleteSnapshotChunks(long index, int count) {
    // A snapshot is one small mark; a later one replaces it.
  }

  @Override
  public void flush() throws IOException {
    log.flush();
  }
}
