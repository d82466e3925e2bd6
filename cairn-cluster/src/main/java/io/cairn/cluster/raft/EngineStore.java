// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.LogPart.SnapshotMark;
import io.cairn.cluster.log.StoredEntry;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.message.Codec;
import io.cairn.cluster.raft.message.EngineCommand;
import io.cairn.cluster.raft.message.Marker;
import io.cairn.cluster.raft.thread.SerialExecutor;
import io.cairn.wire.WireWriter;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Lets one replica set's engine write into the shared log. What the engine takes for durable when
 * it has called for it is so at the end of the turn; until then nobody else learns of it. Used on
 * the replica set's thread.
 */
final class EngineStore implements RaftStore {

  static final byte ENDPOINT = 1;
  static final byte INITIAL_MEMBERS = 2;
  static final byte TERM = 3;

  /** The node that the last installed snapshot came from. */
  static final byte INSTALLED_FROM = 4;

  /** Up to where the last copy that was installed goes: beyond, the log brought it. */
  static final byte INSTALLED_UP_TO = 6;

  /** There if the replica set has removed this node. */
  static final byte REMOVED = 5;

  private final WriteAheadLog log;
  private final LogPart part;
  private final Codec codec;
  private final MachineDriver machine;
  private final SerialExecutor executor;
  private BooleanSupplier leading = () -> false;

  /** Where the last record ends that no message may be ahead of: this node's term and vote. */
  private long promised;

  /** The first entry that may not be durable. */
  private long undurable = Long.MAX_VALUE;

  private boolean urgent;

  EngineStore(
      WriteAheadLog log,
      LogPart part,
      Codec codec,
      MachineDriver machine,
      SerialExecutor executor) {
    this.log = log;
    this.part = part;
    this.codec = codec;
    this.machine = machine;
    this.executor = executor;
  }

  /** Sets what tells whether the engine leads. */
  void leading(BooleanSupplier isLeading) {
    leading = isLeading;
  }

  /** Tells whether the terms and votes of this node are durable: then it may speak. */
  boolean arePromisesDurable() {
    return promised <= log.durable();
  }

  /** Tells whether everything is durable: then what was taken may be confirmed. */
  boolean isDurable() {
    return part.written() <= log.durable();
  }

  /** Returns the first entry that may not be durable. */
  long undurable() {
    return undurable;
  }

  /** What was written is durable. */
  void durable() {
    undurable = Long.MAX_VALUE;
  }

  /** Makes an entry durable now, if it is not. */
  void makeDurable(long index) throws IOException {
    if (index >= undurable) {
      flushNow();
    }
  }

  private void flushNow() throws IOException {
    log.flush();
    urgent = false;
    undurable = Long.MAX_VALUE;
  }

  /** Notes durably up to where a copy goes that was just installed. */
  static void noteInstalled(LogPart part, long upTo) throws IOException {
    part.putState(INSTALLED_UP_TO, new WireWriter().i64(upTo).take());
  }

  @Override
  public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) throws IOException {
    promise(ENDPOINT, codec.encode(state));
  }

  @Override
  public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) throws IOException {
    promise(INITIAL_MEMBERS, codec.encode(members));
  }

  @Override
  public void persistAndFlushTerm(RaftTermPersistentState state) throws IOException {
    promise(TERM, codec.encode(state));
  }

  /** Writes what must be durable before anybody hears of it: at the end of the turn. */
  private void promise(byte key, byte[] value) throws IOException {
    if (!Arrays.equals(value, part.state(key))) {
      part.writeState(key, value);
      promised = part.written();
      executor.wantDisk();
    }
  }

  @Override
  public void persistLogEntries(List<LogEntry> entries) throws IOException {
    for (LogEntry entry : entries) {
      byte[] bytes = null;
      if (entry.getOperation() instanceof EngineCommand command) {
        bytes = command.bytes(part, entry.getIndex());
        command.taken(entry.getIndex());
      } else if (entry.getOperation() == Marker.NEW_TERM) {
        machine.termBegins(entry.getIndex(), entry.getTerm());
      }
      part.append(entry.getIndex(), codec.toStored(entry, bytes));
      undurable = Math.min(undurable, entry.getIndex());
    }
  }

  @Override
  public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
    urgent = true;
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
    machine.doubts().cutFrom(index);
  }

  @Override
  public void truncateLogEntriesUntil(long index) {
    // The log deletes segments by what the state machine holds durably, not by this.
  }

  @Override
  public void deleteSnapshotChunks(long index, int count) {
    // A snapshot is one small mark; a later one replaces it.
  }

  /**
   * Sees to it that the log is durable at the end of the turn, if it is a follower that asks:
   * nothing that it answers leaves before. A leader's flush tasks ask afterwards, and find that it
   * is; but a leader that has nobody to wait for runs one within the turn.
   */
  @Override
  public void flush() throws IOException {
    if (urgent || !part.isUsable() || (leading.getAsBoolean() && !isDurable())) {
      flushNow();
    } else if (!isDurable()) {
      executor.wantDisk();
    }
  }
}
