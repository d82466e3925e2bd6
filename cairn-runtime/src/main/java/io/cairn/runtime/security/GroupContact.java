// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when this node was last sure to have what its group has. For a limited time after that
 * it goes by what it knows, so that who was believed can go on to read; then it believes nobody,
 * since it could not hear that a session, key or role was taken back. A node that has not been in
 * touch since it started believes nobody either: what it has may be old. Thread-safe.
 */
public final class GroupContact implements Contact {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Supplier<@Nullable String> obstacle;
  private final LongSupplier nanoTime;
  private final long limitNanos;
  private final long lookNanos;

  /** In nanoseconds; null before the first time. */
  private volatile @Nullable Long heard;

  /**
   * Has heard nothing yet.
   *
   * @param obstacle why this node may lack something that its group has agreed on; null if it has
   *     everything, as of a few seconds ago. Quick
   * @param limit for how long it goes by what it knows
   */
  public GroupContact(Supplier<@Nullable String> obstacle, LongSupplier nanoTime, Duration limit) {
    this.obstacle = obstacle;
    this.nanoTime = nanoTime;
    this.limitNanos = limit.toNanos();
    this.lookNanos = Math.min(LOOK_NANOS, limitNanos / 4);
  }

  @Override
  public @Nullable String doubt() {
    long now = nanoTime.getAsLong();
    Long last = heard;
    if (last != null && now - last < lookNanos) {
      return null;
    }
    String found = obstacle.get();
    if (found == null) {
      heard = now;
      return null;
    }
    if (last == null) {
      return "This node has started and is not up to date with its group yet, so that it cannot tell who may do what: %s"
          .formatted(rest(found));
    }
    return now - last <= limitNanos
        ? null
        : "This node has not heard of its group for %d s, so that it cannot tell whether what proves who asks still holds: %s"
            .formatted(TimeUnit.NANOSECONDS.toSeconds(now - last), rest(found));
  }

  private static String rest(String obstacle) {
    return "ask another node, or have this one reach the others (" + obstacle + ")";
  }

  @Override
  public @Nullable String trouble() {
    return obstacle.get();
  }
}
