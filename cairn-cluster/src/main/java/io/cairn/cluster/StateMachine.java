// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a replicated replica set drives: committed commands, in the order of the log, the same on
 * every member.
 *
 * <p>All methods but {@link #durableIndex()} and {@link #makeDurable(long)} are called by one
 * thread at a time, never concurrently for one replica set.
 */
public interface StateMachine {

  /**
   * Applies a committed command. The replica set waits meanwhile, so this should only touch memory.
   *
   * <p>An index that was applied before (and is not above {@link #durableIndex()} as it was when
   * the replica set started) is not handed in again.
   *
   * @param index the command's place in the replica set's log; rises, not always by one
   * @param command the bytes that were proposed; not to be modified
   * @param attachment what the proposer handed over beside the bytes, on the proposing node and in
   *     the same process only; null on replay and on other members
   * @return the result for the proposer
   * @throws RuntimeException stops the whole node: members whose states may differ must not go on;
   *     only this replica set if {@link #failure()} names a reason
   */
  @Nullable Object apply(long index, byte[] command, @Nullable Object attachment);

  /**
   * Tells whether so much of what was applied waits behind this machine that {@link #apply} may
   * have to wait soon. While it does, a leader appends no commands that are proposed, and a
   * follower takes none from its leader; they ask again before long. What is in their logs already
   * is applied, so there must be room for some more.
   */
  default boolean isCrowded() {
    return false;
  }

  /**
   * Returns the highest log index whose effects, and those of all before it, the state machine's
   * own store holds durably. The log up to here may be deleted and is not replayed. 0 at first;
   * never falls. Called from any thread, and before the replica set starts.
   */
  long durableIndex();

  /**
   * Asks the state machine to bring its durable index to at least {@code index} soon, because the
   * log would like to delete segments. A hint: returns at once, the work happens elsewhere.
   *
   * @param index an index that was applied; entries without a command have one too, so the highest
   *     index that {@link #apply} has seen may lie a little below it, and is enough
   */
  default void makeDurable(long index) {}

  /**
   * Returns why what is stored here can serve no longer, or null while it can. A machine that
   * throws in {@link #apply} and says why here stops its own replica set only, not the node. Called
   * from any thread; once there is a reason, it stays.
   */
  default @Nullable Throwable failure() {
    return null;
  }

  /**
   * Returns the reference that stands for the state at {@code index}: not the data, but what a
   * member that is far behind needs in order to fetch them from here.
   *
   * @param index the last applied index
   */
  default byte[] snapshotReference(long index) {
    return new byte[0];
  }

  /**
   * Asks the state machine to fetch what it lacks in order to stand at {@code index}, from the
   * member that gave the reference; if a restart came before the install, perhaps from another one,
   * and it must fail if that one does not stand there yet. The replica set goes on meanwhile, and
   * applies nothing of what lies beyond. Called on any thread; once at a time for a replica set.
   * What was fetched counts only from {@link #installReference} on, which may never come, or come
   * for a later index instead.
   *
   * @param fromNode the node to fetch from
   * @param index the index of the reference
   * @param reference what {@link #snapshotReference(long)} returned where it was made
   * @return completes when everything is here; if it fails, it will be asked for again
   */
  default CompletionStage<Void> prepareInstall(String fromNode, long index, byte[] reference) {
    return CompletableFuture.completedStage(null);
  }

  /**
   * Told that the state now stands at {@code index}, by a reference that another member gave; the
   * data were fetched before. Other replica sets wait meanwhile, so all that takes long belongs to
   * {@link #prepareInstall}.
   *
   * @param index the index of the reference
   * @param reference what {@link #snapshotReference(long)} returned there
   */
  default void installReference(long index, byte[] reference) {}
}
