// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signing keys of the group, as this node knows them, and their rotation. They live where the
 * group keeps its secrets, so that every node verifies what any node has signed and asks nobody. A
 * new key is known for some seconds before it signs, and an old one as long as its tokens may hold.
 * Thread-safe.
 */
public final class SigningKeys {

  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

  /** How long a new key is known before it signs: all nodes have it by then. */
  static final Duration AHEAD = Duration.ofSeconds(10);

  /** How long an attempt to rotate rests after one that failed. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final Keeper keeper;
  private final Times times;
  private final LongSupplier nowMicros;
  private final AtomicBoolean rotating = new AtomicBoolean();
  private final AtomicReference<@Nullable CompletableFuture<Void>> founding =
      new AtomicReference<>();
  private volatile @Nullable Read read;
  private volatile long restUntilMicros;

  /** Keeps a text that only members of the group know. */
  public interface Keeper {

    /** What is kept, as this node knows it; null if nothing is, or nothing is known. */
    @Nullable String kept();

    /**
     * Changes it for all members. Completes with what is kept then, once this node knows it.
     *
     * @param change may be called several times
     */
    CompletableFuture<@Nullable String> change(UnaryOperator<@Nullable String> change);
  }

  /**
   * How long keys and tokens last.
   *
   * @param rotation after which a new key takes over by itself
   * @param longest for which a token holds at most
   */
  public record Times(Duration rotation, Duration longest) {
    public Times {
      if (rotation.compareTo(Duration.ofMinutes(1)) < 0
          || longest.isNegative()
          || longest.isZero()) {
        throw new IllegalArgumentException(
            "Keys rotate after a minute or more, and tokens hold for a while");
      }
    }
  }

  /** Why there is to be another key. */
  private enum Wish {
    /** There is none. */
    FIRST,
    /** The present one has signed for long. */
    DUE,
    /** Somebody wants it. */
    NEXT,
    /** Somebody wants that no other one holds. */
    ONLY
  }

  /** What was made of a text. */
  private record Read(String text, KeyRing ring) {}

  /**
   * What may be known of a key.
   *
   * @param id the {@code kid} of its tokens
   * @param signsFromMicros when it begins, or began, to sign
   * @param endsAtMicros when its tokens hold no more; 0 while that is not known
   * @param signs whether it signs now
   */
  public record KeyView(String id, long signsFromMicros, long endsAtMicros, boolean signs) {}

  /**
   * Knows nothing yet.
   *
   * @param nowMicros microseconds since 1970
   */
  public SigningKeys(Keeper keeper, Times times, LongSupplier nowMicros) {
    this.keeper = keeper;
    this.times = times;
    this.nowMicros = nowMicros;
  }

  /** The keys as they are; null while this node knows none. */
  @Nullable KeyRing ring() {
    String text = keeper.kept();
    Read known = read;
    if (known == null ? text == null : known.text().equals(text)) {
      return known == null ? null : known.ring();
    }
    return readAnew(text);
  }

  private @Nullable KeyRing readAnew(@Nullable String text) {
    if (text == null) {
      read = null;
      return null;
    }
    KeyRing ring = KeyRing.parse(text);
    read = new Read(text, ring);
    return ring;
  }

  Duration longest() {
    return times.longest();
  }

  /**
   * Has the next key take over when it is time. The first key is made when somebody logs in. Must
   * be called now and then; it is quick, and what it begins goes on elsewhere.
   */
  public void look() {
    long now = nowMicros.getAsLong();
    KeyRing ring = ring();
    if (ring != null && isDue(ring, now) && now >= restUntilMicros) {
      restUntilMicros = now + micros(RETRY);
      var _ =
          rotate(Wish.DUE)
              .exceptionally(
                  failure -> {
                    log.warn(
                        "The key that signs tokens could not be replaced yet: {}",
                        failure.getMessage());
                    return List.of();
                  });
    }
  }

  private boolean isDue(KeyRing ring, long now) {
    return now - ring.newestFromMicros() > micros(times.rotation());
  }

  /** Makes sure that there is a key. Completes when there is; all who ask meanwhile wait for it. */
  public CompletableFuture<Void> ensure() {
    if (ring() != null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> begun = new CompletableFuture<>();
    if (!founding.compareAndSet(null, begun)) {
      CompletableFuture<Void> present = founding.get();
      return present == null ? ensure() : present;
    }
    var _ =
        rotate(Wish.FIRST)
            .whenComplete(
                (keys, failure) -> {
                  founding.set(null);
                  if (failure == null) {
                    begun.complete(null);
                  } else {
                    begun.completeExceptionally(failure);
                  }
                });
    return begun;
  }

  /**
   * Has a new key take over. If one is about to already, nothing more is done.
   *
   * @param atOnce whether the others are dropped: then no token of theirs holds any more, which is
   *     for when one has become known
   * @return all keys; fails if the group could not be changed, and says why
   */
  public CompletableFuture<List<KeyView>> rotate(boolean atOnce) {
    return rotate(atOnce ? Wish.ONLY : Wish.NEXT);
  }

  private CompletableFuture<List<KeyView>> rotate(Wish wish) {
    if (!rotating.compareAndSet(false, true)) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("The keys are being replaced already"));
    }
    SigningKey next = SigningKey.generate(nowMicros.getAsLong());
    return keeper
        .change(kept -> changed(kept, next, wish))
        .thenApply(kept -> keys())
        .whenComplete((keys, failure) -> rotating.set(false));
  }

  /** What is kept with a new key; the same if another node has done before what is due. */
  private String changed(@Nullable String kept, SigningKey next, Wish wish) {
    if (kept == null) {
      return KeyRing.of(next).text();
    }
    KeyRing ring = KeyRing.parse(kept);
    long now = nowMicros.getAsLong();
    boolean done =
        switch (wish) {
          case FIRST -> true;
          case DUE -> !isDue(ring, now);
          case NEXT -> ring.newestFromMicros() > now;
          case ONLY -> false;
        };
    if (done) {
      return kept;
    }
    return wish == Wish.ONLY
        ? ring.only(next).text()
        : ring.with(next.signingFrom(now + micros(AHEAD)), micros(times.longest()), now).text();
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  /** What may be known of the keys; empty while this node knows none. */
  public List<KeyView> keys() {
    KeyRing ring = ring();
    if (ring == null) {
      return List.of();
    }
    long now = nowMicros.getAsLong();
    SigningKey signing = ring.signing(now);
    return ring.keys().stream()
        .map(
            key ->
                new KeyView(
                    key.id(),
                    key.signsFromMicros(),
                    key.endsAtMicros() == Long.MAX_VALUE ? 0 : key.endsAtMicros(),
                    key == signing))
        .toList();
  }

  /** The public keys as a JWK set; one without keys while this node knows none. */
  public String publicKeys() {
    KeyRing ring = ring();
    return ring == null ? "{\"keys\":[]}" : ring.publicKeys(nowMicros.getAsLong());
  }
}
