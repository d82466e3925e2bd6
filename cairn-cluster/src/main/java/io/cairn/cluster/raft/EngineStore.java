// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.LogPart.SnapshotMark;
import io.cairn.cluster.log.StoredEntry;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.message.Codec;
import io.cairn.cluster.raft.message.EngineCommand;
import io.cairn.cluster.raft.message.Marker;
import io.cairn.wire.WireWriter;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Lets one group's engine write into the shared log. */
final class EngineStore implements RaftStore {

  static final byte ENDPOINT = 1;
  static final byte INITIAL_MEMBERS = 2;
  static final byte TERM = 3;

  /** The node that the last installed snapshot came from. */
  static final byte INSTALLED_FROM = 4;

  /** Up to where the last copy that was installed goes: beyond, the log brought it. */
  static final byte INSTALLED_UP_TO = 6;

  /** There if the group has removed this node. */
  static final byte REMOVED = 5;

  private final WriteAheadLog log;
  private final LogPart part;
  private final Codec codec;
  private final MachineDriver machine;

  EngineStore(WriteAheadLog log, LogPart part, Codec codec, MachineDriver machine) {
    this.machine = machine;
    this.log = log;
    this.part = part;
    this.codec = codec;
  }

  /** Notes durably up to where a copy goes that was just installed. */
  static void noteInstalled(LogPart part, long upTo) throws IOException {
    part.putState(INSTALLED_UP_TO, new WireWriter().i64(upTo).take());
  }

  @Override
  public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) throws IOException {
    part.putState(ENDPOINT, codec.encode(state));
  }

  @Override
  public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) throws IOException {
    part.putState(INITIAL_MEMBERS, codec.encode(members));
  }

  @Override
  public void persistAndFlushTerm(RaftTermPersistentState state) throws IOException {
    part.putState(TERM, codec.encode(state));
  }

  @Override
  public void persistLogEntries(List<LogEntry> entries) throws IOException {
    for (LogEntry entry : entries) {
      byte[] bytes = null;
      if (entry.getOperation() instanceof EngineCommand command) {
        bytes = command.bytes(part, entry.getIndex());
        command.taken();
      } else if (entry.getOperation() == Marker.NEW_TERM) {
        machine.termBegins(entry.getIndex(), entry.getTerm());
      }
      part.append(entry.getIndex(), codec.toStored(entry, bytes));
    }
  }

  @Override
  public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
    byte[] payload =
        codec.encodeSnapshot(chunk.getGroupMembersView(), (byte[]) chunk.getOperation());
    SnapshotMark mark = new SnapshotMark(chunk.getIndex(), chunk.getTerm(), payload);
    if (mark.index() > machine.lastApplied() && mark.index() <= part.lastIndex()) {
      replaceUncommitted(mark);
    } else {
      part.markSnapshot(mark);
    }
  }

  /**
   * Another member's snapshot stands for entries that our log has too, but perhaps different ones,
   * never committed: they must not be applied after a restart. What lies behind the snapshot stays,
   * as it does in the engine.
   */
  private void replaceUncommitted(SnapshotMark mark) throws IOException {
    List<StoredEntry> behind = new ArrayList<>();
    for (long index = mark.index() + 1; index <= part.lastIndex(); index++) {
      behind.add(part.read(index));
    }
    part.truncateFrom(machine.lastApplied() + 1);
    part.markSnapshot(mark);
    for (StoredEntry entry : behind) {
      part.append(part.lastIndex() + 1, entry);
    }
  }

  @Override
  public void truncateLogEntriesFrom(long index) throws IOException {
    machine.requireUnapplied(index);
    part.truncateFrom(index);
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
