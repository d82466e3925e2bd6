// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The keys and tokens of a group of one, without the group, at a time that a test moves. */
public final class TokenFixture implements SigningKeys.Keeper {

  /** How long tokens last at most. */
  public static final Duration LONGEST = Duration.ofHours(24);

  private final AtomicLong micros = new AtomicLong(1_800_000_000_000_000L);
  private final SigningKeys keys =
      new SigningKeys(this, new SigningKeys.Times(Duration.ofDays(30), LONGEST), micros::get);
  private final Tokens tokens = new Tokens(keys, micros::get);
  private volatile @Nullable String kept;

  @Override
  public @Nullable String kept() {
    return kept;
  }

  @Override
  public synchronized CompletableFuture<@Nullable String> change(
      UnaryOperator<@Nullable String> change) {
    try {
      kept = change.apply(kept);
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.completedFuture(kept);
  }

  /** Keys of the same group on another node. */
  SigningKeys keysOfAnotherNode() {
    return new SigningKeys(this, new SigningKeys.Times(Duration.ofDays(30), LONGEST), micros::get);
  }

  public SigningKeys keys() {
    return keys;
  }

  /** Tokens, for which there is a key. */
  public Tokens tokens() {
    tokens.ready().join();
    return tokens;
  }

  public long micros() {
    return micros.get();
  }

  public void pass(Duration time) {
    micros.addAndGet(TimeUnit.NANOSECONDS.toMicros(time.toNanos()));
  }
}
