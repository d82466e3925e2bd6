// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.message.EngineCommand;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps the bytes of a leader's latest applied commands in memory while followers may still need
 * them, up to a limit; who needs older ones is served from the log. Used on the group's thread.
 */
final class RecentCommands {

  private static final int MAX_BYTES = 4 << 20;

  private record Kept(long index, EngineCommand command, int bytes) {}

  private final Deque<Kept> kept = new ArrayDeque<>();
  private long bytes;
  private long needed = Long.MAX_VALUE;

  /**
   * Says what the other members have.
   *
   * @param index up to here all of them have everything; {@link Long#MAX_VALUE} if there are none
   *     or this node does not lead
   */
  void replicated(long index) {
    needed = index;
    trim();
  }

  /** A command was applied. */
  void applied(long index, EngineCommand command, int size) {
    if (index <= needed) {
      command.drop();
      return;
    }
    command.applied();
    kept.add(new Kept(index, command, size));
    bytes += size;
    trim();
  }

  private void trim() {
    while (!kept.isEmpty() && (bytes > MAX_BYTES || kept.getFirst().index() <= needed)) {
      Kept first = kept.removeFirst();
      bytes -= first.bytes();
      first.command().drop();
    }
  }
}
