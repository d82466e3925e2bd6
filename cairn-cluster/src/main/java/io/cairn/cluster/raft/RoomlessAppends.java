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
 * What a follower makes of appends while its disk has no room: it takes what leaders need for
 * themselves (the beginning of a term, changes of members) and none of the commands, so that it
 * remains a member that votes and acknowledges leaders, only one that lags. To the engine such an
 * append is one that ends before its first command.
 *
 * <p>A leader sends the rest as soon as it has the answer, so the answer waits. Used on the group's
 * thread.
 */
final class RoomlessAppends {

  private static final Logger LOG = LoggerFactory.getLogger(RoomlessAppends.class);

  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Takes an append to the engine. */
  public interface Engine {
    void append(AppendEntriesRequest append, long stamp);
  }

  private final ReplicaSetContext parts;
  private final Engine engine;
  private @Nullable AppendEntriesRequest held;
  private long heldStamp;

  RoomlessAppends(ReplicaSetContext parts, Engine engine) {
    this.parts = parts;
    this.engine = engine;
  }

  /** Holds an append whose commands there is no room for; returns whether it did. */
  boolean hold(AppendEntriesRequest append, long stamp) {
    List<LogEntry> entries = append.getLogEntries();
    if (entries.isEmpty() || parts.hasRoom().getAsBoolean()) {
      return false;
    }
    List<LogEntry> bearable =
        entries.stream()
            .takeWhile(entry -> !(entry.getOperation() instanceof EngineCommand))
            .toList();
    if (bearable.size() == entries.size()) {
      return false;
    }
    boolean waiting = held != null;
    held = parts.models().append(append, bearable);
    heldStamp = stamp;
    if (!waiting) {
      LOG.debug("Group {}: no room for {} entries", parts.id(), entries.size());
      parts.later(this::release, WAIT_NANOS);
    }
    return true;
  }

  private void release() {
    AppendEntriesRequest append = held;
    held = null;
    if (append != null) {
      engine.append(append, heldStamp);
    }
  }
}
