// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.store.index.DocumentVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The updates of one document that are proposed and not committed yet, oldest first, each made from
 * the one before. The next handler may begin from the newest of them: where one is not stored, none
 * that was made from it is. Thread-safe.
 */
final class UpdatesAhead {

  private final ArrayDeque<Proposed> open = new ArrayDeque<>(2);
  private volatile @Nullable DocumentVersion newest;
  private boolean broken;

  /**
   * One update on its way.
   *
   * @param version what it makes of the document
   * @param waiting told whether it was stored, by who began from it and changed nothing
   */
  private record Proposed(DocumentVersion version, List<Consumer<Boolean>> waiting) {}

  /** The newest version that was proposed; null if all are committed, or one was not stored. */
  @Nullable DocumentVersion newest() {
    return newest;
  }

  /** All have an end, and nothing runs: the next work begins from what is committed. */
  synchronized void begin() {
    broken = false;
    newest = null;
  }

  /** A version is about to be proposed. */
  synchronized void propose(DocumentVersion version) {
    open.addLast(new Proposed(version, new ArrayList<>(0)));
    if (!broken) {
      newest = version;
    }
  }

  /**
   * The oldest of them has an end, or one that was not taken in at all.
   *
   * @param version what was proposed
   * @param stored whether it is committed
   */
  void settled(DocumentVersion version, boolean stored) {
    Proposed ended = null;
    synchronized (this) {
      for (Proposed one : open) {
        if (isSame(one.version(), version)) {
          ended = one;
        }
      }
      if (ended == null) {
        return; // nothing could begin from it
      }
      open.remove(ended);
      if (!stored) {
        broken = true;
      }
      if (broken || open.isEmpty()) {
        newest = null;
      }
    }
    ended.waiting().forEach(one -> one.accept(stored));
  }

  /**
   * Tells, now or later, whether a version is committed that a handler began from.
   *
   * @param base the version; null if the handler began from none
   * @param told called once, perhaps on the thread of the replica set, which must not be blocked
   */
  void whenSettled(@Nullable DocumentVersion base, Consumer<Boolean> told) {
    boolean stored;
    synchronized (this) {
      for (Proposed one : open) {
        if (base != null && isSame(one.version(), base)) {
          one.waiting().add(told);
          return;
        }
      }
      stored = !broken;
    }
    told.accept(stored);
  }

  /** One that was not stored and the one that comes in its place have the same number. */
  private static boolean isSame(DocumentVersion one, DocumentVersion other) {
    return one.version() == other.version() && one.updateTimeMicros() == other.updateTimeMicros();
  }
}
