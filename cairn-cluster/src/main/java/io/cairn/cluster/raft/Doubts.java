// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.Applied;
import io.cairn.cluster.raft.message.EngineCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Commands that this node has logged as the leader and did not see committed before it led no more.
 * The engine gives them up; most are committed a moment later by the next leader, which had them in
 * its log already, and then their outcome is known here as well: this log still has the very entry
 * that it took as the leader, so that what is applied at its place is the command. One that a
 * leader cuts from this log stays unknown, because another log may hold it. Used on the replica
 * set's thread.
 */
final class Doubts {

  /** A command's outcome that is awaited, and what is said if it does not become known. */
  private record Doubt(CompletableFuture<Applied> outcome, RuntimeException unknown) {}

  /** By the very command, in the order in which the engine gave them up. */
  private final Map<EngineCommand, Doubt> open = new LinkedHashMap<>();

  /**
   * Waits for what becomes of a command that the log has taken.
   *
   * @param unknown what the outcome fails with if nobody gets to know it
   */
  void add(EngineCommand command, CompletableFuture<Applied> outcome, RuntimeException unknown) {
    open.put(command, new Doubt(outcome, unknown));
  }

  /** A command was applied. */
  void applied(EngineCommand command, long index, @Nullable Object result) {
    Doubt doubt = open.remove(command);
    if (doubt != null) {
      doubt.outcome().complete(new Applied(index, result));
    }
  }

  /** This log has lost its entries from an index on. */
  void cutFrom(long index) {
    giveUp(command -> command.takenAt() >= index);
  }

  /** Others' word of what was applied up to an index has taken the place of this node's entries. */
  void installed(long index) {
    giveUp(command -> command.takenAt() <= index);
  }

  /** A command was waited for long enough. */
  void late(EngineCommand command) {
    giveUp(open.remove(command));
  }

  /** Nothing is applied here any more. */
  void giveUp() {
    giveUp(command -> true);
  }

  private void giveUp(Predicate<EngineCommand> which) {
    for (EngineCommand command : List.copyOf(open.keySet())) {
      if (which.test(command)) {
        giveUp(open.remove(command));
      }
    }
  }

  private static void giveUp(@Nullable Doubt doubt) {
    if (doubt != null) {
      doubt.outcome().completeExceptionally(doubt.unknown());
    }
  }

  boolean isEmpty() {
    return open.isEmpty();
  }
}
