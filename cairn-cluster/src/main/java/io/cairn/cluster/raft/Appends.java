// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.raft.message.Models.Place;
import io.microraft.RaftNodeStatus;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.RaftLog;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import java.util.List;

/**
 * Hands a leader's appends to the engine of a follower, in the forms that it can take. Used on the
 * replica set's thread.
 */
final class Appends {

  private final ReplicaSetContext parts;
  private final EnginePort port;
  private final RaftNodeImpl engine;

  Appends(ReplicaSetContext parts, EnginePort port, RaftNodeImpl engine) {
    this.parts = parts;
    this.port = port;
    this.engine = engine;
  }

  /**
   * Takes an append. The engine knows of one change of members that is not committed, so of an
   * append that brings several it is handed each with what follows on it.
   */
  void take(AppendEntriesRequest append, long stamp) {
    if (append.getTerm() < engine.getTerm().getTerm()) {
      port.handleAnswering(append, stamp, 0);
      return;
    }
    List<LogEntry> entries = append.getLogEntries();
    int second = secondChange(entries, engine.state().commitIndex());
    if (second < 0) {
      takeOne(append, stamp);
      return;
    }
    Place first = new Place(append.getPreviousLogTerm(), append.getPreviousLogIndex());
    takeOne(
        parts.models().append(append, first, append.getCommitIndex(), entries.subList(0, second)),
        stamp);
    LogEntry last = entries.get(second - 1);
    if (holds(engine.state().log(), last.getIndex(), last.getTerm())) {
      Place place = new Place(last.getTerm(), last.getIndex());
      take(
          parts
              .models()
              .append(
                  append, place, append.getCommitIndex(), entries.subList(second, entries.size())),
          stamp);
    }
  }

  /** Returns where the second change of members is among those behind an index, or -1. */
  private static int secondChange(List<LogEntry> entries, long committed) {
    boolean found = false;
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).getIndex() > committed && isChange(entries.get(i))) {
        if (found) {
          return i;
        }
        found = true;
      }
    }
    return -1;
  }

  private static boolean isChange(LogEntry entry) {
    return entry.getOperation() instanceof UpdateRaftGroupMembersOp;
  }

  private static boolean holds(RaftLog log, long index, int term) {
    return log.containsLogEntry(index) && log.getLogEntry(index).getTerm() == term;
  }

  private void takeOne(AppendEntriesRequest append, long stamp) {
    settleMembers(append, stamp);
    LogPart.SnapshotMark mark = parts.log().snapshotMark();
    long previous = append.getPreviousLogIndex();
    if (mark == null
        || previous > mark.index()
        || (previous == mark.index() && parts.log().lastIndex() == previous)) {
      handOver(within(append), stamp);
    } else {
      port.handleAnswering(behind(append, mark.index()), stamp, mark.index());
    }
  }

  /**
   * The engine applies at once what the leader says is committed. What is not durable here yet is
   * committed here once it is, at the end of the turn.
   */
  private void handOver(AppendEntriesRequest append, long stamp) {
    Place previous = new Place(append.getPreviousLogTerm(), append.getPreviousLogIndex());
    List<LogEntry> entries = append.getLogEntries();
    long durable = parts.store().undurable() - 1;
    long sure = entries.isEmpty() ? durable : Math.min(durable, previous.index());
    if (append.getCommitIndex() <= sure) {
      port.handleAnswering(append, stamp, 0);
      return;
    }
    port.handleAnswering(parts.models().append(append, previous, sure, entries), stamp, 0);
    Place last =
        entries.isEmpty()
            ? previous
            : new Place(entries.getLast().getTerm(), entries.getLast().getIndex());
    parts.executor().afterDisk(() -> commit(append, last));
  }

  private void commit(AppendEntriesRequest append, Place last) {
    long committed = engine.state().commitIndex();
    if (!RaftNodeStatus.isTerminal(engine.getStatus())
        && append.getTerm() == engine.getTerm().getTerm()
        && last.index() > committed
        && append.getCommitIndex() > committed) {
      port.handleQuietly(parts.models().append(append, last, append.getCommitIndex(), List.of()));
    }
  }

  /**
   * The engine refuses an append that follows on an entry its snapshot covers, for good. But all
   * that is covered is committed, so the leader's log has the same: let the append begin behind the
   * snapshot. The engine verifies no predecessor if the index is 0; then its answer lacks the
   * offset, and no commit index may be taken from it.
   */
  private AppendEntriesRequest behind(AppendEntriesRequest append, long index) {
    List<LogEntry> behind =
        append.getLogEntries().stream().filter(entry -> entry.getIndex() > index).toList();
    return parts.models().append(append, new Place(0, 0), 0, behind);
  }

  /**
   * The engine takes its commit index back if an append ends below it, but tells of a commit above
   * it: one that comes late, or of a leader that still looks for a match.
   */
  private AppendEntriesRequest within(AppendEntriesRequest append) {
    long committed = engine.state().commitIndex();
    Place previous = new Place(append.getPreviousLogTerm(), append.getPreviousLogIndex());
    return previous.index() + append.getLogEntries().size() >= committed
            || append.getCommitIndex() <= committed
        ? append
        : parts.models().append(append, previous, committed, append.getLogEntries());
  }

  /**
   * The engine holds one change of members that is not committed. It is brought a second one only
   * where the leader does not know, or cannot say here, that the first is committed: but it is,
   * since no leader begins a change before. So it is committed here first.
   */
  private void settleMembers(AppendEntriesRequest append, long stamp) {
    long pending = engine.getEffectiveMembers().getLogIndex();
    RaftLog log = engine.state().log();
    if (pending > engine.getCommittedMembers().getLogIndex()
        && pending > engine.state().commitIndex()
        && log.containsLogEntry(pending)
        && bringsChangeBehind(append, pending)
        && agrees(append, pending, log)) {
      Place place = new Place(log.getLogEntry(pending).getTerm(), pending);
      port.handleAnswering(parts.models().append(append, place, pending, List.of()), stamp, 0);
    }
  }

  private static boolean bringsChangeBehind(AppendEntriesRequest append, long index) {
    return append.getLogEntries().stream()
        .anyMatch(entry -> entry.getIndex() > index && isChange(entry));
  }

  /** Tells whether the leader's log is the same up to an index, by an entry there or behind. */
  private static boolean agrees(AppendEntriesRequest append, long index, RaftLog log) {
    long previous = append.getPreviousLogIndex();
    if (previous >= index) {
      return holds(log, previous, append.getPreviousLogTerm());
    }
    int term = log.getLogEntry(index).getTerm();
    return append.getLogEntries().stream()
        .anyMatch(entry -> entry.getIndex() == index && entry.getTerm() == term);
  }
}
