// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.raft.message.EngineCommand;
import io.cairn.cluster.raft.message.Entry;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an append fit to be sent: its commands' bytes are read back from the log where memory has
 * dropped them, and it is cut to a size. If the log has deleted them, a snapshot takes its place.
 */
final class AppendLimiter {

  private static final Logger LOG = LoggerFactory.getLogger(AppendLimiter.class);

  /** Entries beyond so many bytes wait for the next message. */
  private static final int MAX_BYTES = 1 << 20;

  private final ReplicaSetContext parts;

  AppendLimiter(ReplicaSetContext parts) {
    this.parts = parts;
  }

  /** Returns what can be sent; null if nothing can. */
  @Nullable RaftMessage sendable(AppendEntriesRequest append) {
    List<LogEntry> wanted = append.getLogEntries();
    long bytes = 0;
    boolean loaded = false;
    List<LogEntry> ready = new ArrayList<>(wanted.size());
    for (LogEntry entry : wanted) {
      LogEntry sendable = entry;
      if (entry.getOperation() instanceof EngineCommand command) {
        if (!command.isHeld()) {
          sendable = load(entry, command);
          loaded = true;
        }
        if (sendable == null) {
          break;
        }
        bytes += heldBytes(sendable);
      }
      if (bytes > MAX_BYTES && !ready.isEmpty()) {
        break;
      }
      ready.add(sendable);
    }
    if (ready.size() == wanted.size() && !loaded) {
      return append;
    }
    return ready.isEmpty() ? snapshotInstead(append) : parts.models().append(append, ready);
  }

  private static int heldBytes(LogEntry entry) {
    return entry.getOperation() instanceof EngineCommand command ? command.heldBytes().length : 0;
  }

  /** Returns a copy with the bytes, which the engine's own entry must not keep again. */
  private @Nullable LogEntry load(LogEntry entry, EngineCommand command) {
    try {
      byte[] bytes = command.bytes(parts.log(), entry.getIndex());
      return new Entry()
          .setIndex(entry.getIndex())
          .setTerm(entry.getTerm())
          .setOperation(new EngineCommand(bytes, null))
          .build();
    } catch (IOException e) {
      LOG.debug("The log of {} has no {} any more", parts.id(), entry, e);
      return null;
    }
  }

  /** The message with which the engine itself announces a snapshot. */
  private @Nullable RaftMessage snapshotInstead(AppendEntriesRequest append) {
    LogPart.SnapshotMark mark = parts.log().snapshotMark();
    if (mark == null) {
      return null;
    }
    try {
      return parts
          .models()
          .createInstallSnapshotRequestBuilder()
          .setGroupId(append.getGroupId())
          .setSender(append.getSender())
          .setTerm(append.getTerm())
          .setSenderLeader(true)
          .setSnapshotTerm(mark.term())
          .setSnapshotIndex(mark.index())
          .setTotalSnapshotChunkCount(1)
          .setSnapshottedMembers(List.of(append.getSender()))
          .setGroupMembersView(parts.stored().decodeSnapshot(mark.payload()).members())
          .setQuerySequenceNumber(append.getQuerySequenceNumber())
          .setFlowControlSequenceNumber(append.getFlowControlSequenceNumber())
          .build();
    } catch (IOException e) {
      LOG.error("The snapshot mark of group {} cannot be read", parts.id(), e);
      return null;
    }
  }
}
