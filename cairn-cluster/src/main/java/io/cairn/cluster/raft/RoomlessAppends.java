// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.message.EngineCommand;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a follower makes of appends while its disk has no room, or its state machine is crowded: it
 * takes what leaders need for themselves (the beginning of a term, changes of members) and none of
 * the commands, so that it remains a member that votes and acknowledges leaders, only one that
 * lags. To the engine such an append is one that ends before its first command.
 *
 * <p>A leader sends the rest as soon as it has the answer, so the answer waits; if there is room
 * meanwhile, the append is taken whole. Used on the replica set's thread.
 */
final class RoomlessAppends {

  private static final Logger LOG = LoggerFactory.getLogger(RoomlessAppends.class);

  /** Between two looks whether there is room. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** After so many looks the leader gets its answer. */
  private static final int LOOKS = 10;

  /** Takes an append to the engine. */
  public interface Engine {
    void append(AppendEntriesRequest append, long stamp);
  }

  private final ReplicaSetContext parts;
  private final Engine engine;
  private @Nullable AppendEntriesRequest held;
  private long heldStamp;
  private int looks;
  private boolean looking;

  RoomlessAppends(ReplicaSetContext parts, Engine engine) {
    this.parts = parts;
    this.engine = engine;
  }

  /** Holds an append whose commands there is no room for; returns whether it did. */
  boolean hold(AppendEntriesRequest append, long stamp) {
    List<LogEntry> entries = append.getLogEntries();
    if (entries.isEmpty()) {
      return false;
    }
    if (hasRoom() || bearable(append).size() == entries.size()) {
      held = null; // the leader has sent this one since
      return false;
    }
    if (held == null) {
      LOG.debug("Group {}: no room for {} entries", parts.id(), entries.size());
      looks = 0;
    }
    held = append;
    heldStamp = stamp;
    lookLater();
    return true;
  }

  private boolean hasRoom() {
    return parts.hasRoom().getAsBoolean() && !parts.machine().stateMachine().isCrowded();
  }

  /** What comes before the first command. */
  private static List<LogEntry> bearable(AppendEntriesRequest append) {
    return append.getLogEntries().stream()
        .takeWhile(entry -> !(entry.getOperation() instanceof EngineCommand))
        .toList();
  }

  private void lookLater() {
    if (!looking) {
      looking = true;
      parts.later(this::look, PAUSE_NANOS);
    }
  }

  private void look() {
    looking = false;
    AppendEntriesRequest append = held;
    if (append == null) {
      return;
    }
    looks++;
    boolean roomy = hasRoom();
    if (!roomy && looks < LOOKS) {
      lookLater();
      return;
    }
    held = null;
    engine.append(roomy ? append : parts.models().append(append, bearable(append)), heldStamp);
  }
}
