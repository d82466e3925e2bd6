// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.ReplicaSet;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a replica here has what its leader has. Finds out by asking now and then exactly what a
 * read of this replica asks: the leader itself must answer, and what it names must be applied.
 * {@link #check} is for one thread at a time.
 */
final class Freshness {

  /** So many checks long an answer counts; three are missed by then. */
  private static final int PATIENCE = 6;

  private final ReplicaSet group;
  private final LongSupplier nanos;
  private final long checkNanos;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final long since;
  private volatile @Nullable Long confirmed;
  private @Nullable Long asked;

  Freshness(ReplicaSet group, LongSupplier nanos, Duration check) {
    this.group = group;
    this.nanos = nanos;
    this.checkNanos = check.toNanos();
    this.since = nanos.getAsLong();
  }

  /** Tells whether this is about that replica, not about one that it has taken the place of. */
  @SuppressWarnings("ReferenceEquality") // this very replica
  boolean isOf(ReplicaSet replica) {
    return replica == group;
  }

  /**
   * Asks, if it is time to.
   *
   * @param changed called when the replica turns out to be fresh that was not
   */
  void check(Runnable changed) {
    long now = nanos.getAsLong();
    boolean fresh = isFresh();
    if (group.leadership() != null) {
      confirmed = now;
      if (!fresh) {
        changed.run();
      }
      return;
    }
    Long before = asked;
    long pause = fresh ? checkNanos * 2 : checkNanos / 4;
    if ((before != null && now - before < pause) || !asking.compareAndSet(false, true)) {
      return;
    }
    asked = now;
    var _ =
        group
            .readIndex()
            .thenCompose(group::awaitApplied)
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    confirmed = now;
                  }
                  asking.set(false);
                  if (failure == null && !fresh) {
                    changed.run();
                  }
                });
  }

  /** Tells whether the replica had everything a moment ago. */
  boolean isFresh() {
    Long last = confirmed;
    return (last != null && nanos.getAsLong() - last <= checkNanos * PATIENCE)
        || group.leadership() != null;
  }

  /** Returns for how long it is not known to have everything. */
  Duration age() {
    Long last = confirmed;
    return Duration.ofNanos(nanos.getAsLong() - (last == null ? since : last));
  }
}
