// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.password;

import io.cairn.runtime.security.identity.BoundedThreads;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords and compares them with what is kept, on threads of its own: a hash is made to
 * cost time and memory, so only few are made at once and only some may wait. Whoever asks for more
 * is refused. Thread-safe; no method blocks.
 */
public final class Passwords implements AutoCloseable {

  /** The longest password, in characters: a longer one only costs time. */
  public static final int LONGEST = 1024;

  private static final int MOST_WAITING = 64;

  private final BoundedThreads threads;
  private final SecureRandom random = new SecureRandom();
  private final PasswordHash nobodys;

  /**
   * What a comparison has found.
   *
   * @param matches whether it is the password
   * @param outdated whether it is, and should be hashed again, at the present cost
   */
  public record Match(boolean matches, boolean outdated) {}

  /** As many passwords wait to be hashed as may. */
  public static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BusyException(Throwable cause) {
      super("Too many logins at once. Try again in a moment", cause);
    }
  }

  /**
   * Prepares to hash.
   *
   * @param atOnce how many passwords are hashed at the same time; each takes 19 MiB
   */
  public Passwords(int atOnce) {
    threads = new BoundedThreads("cairn-password", atOnce, MOST_WAITING);
    nobodys = PasswordHash.ofNobody(random);
  }

  /** As many at once as half of the processors. */
  public static Passwords forThisMachine() {
    return new Passwords(BoundedThreads.halfOfTheMachine());
  }

  /**
   * Hashes a password, for a document to keep.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@link #LONGEST}
   * @return the hash; fails with {@link BusyException} if too many wait
   */
  public CompletableFuture<String> hash(String password) {
    if (password.isEmpty() || password.length() > LONGEST) {
      throw new IllegalArgumentException("A password has 1 to %d characters".formatted(LONGEST));
    }
    return run(() -> PasswordHash.of(password, PasswordHash.USUAL, random).encoded());
  }

  /** Whether a text is a hash that {@link #compare} understands. */
  public static boolean isHash(String text) {
    return PasswordHash.parse(text) != null;
  }

  /**
   * Compares a password with what is kept. That there is none, or that it cannot be read, is found
   * out by nobody from how long it takes.
   *
   * @param kept the hash; null where there is no account
   * @return what was found; fails with {@link BusyException} if too many wait
   */
  public CompletableFuture<Match> compare(String password, @Nullable String kept) {
    PasswordHash known = kept == null ? null : PasswordHash.parse(kept);
    boolean possible = known != null && password.length() <= LONGEST;
    PasswordHash hash = known == null ? nobodys : known;
    String tried = password.length() <= LONGEST ? password : "";
    return run(
        () -> {
          boolean matches = hash.matches(tried) && possible;
          return new Match(matches, matches && hash.isOutdated());
        });
  }

  private <T> CompletableFuture<T> run(Supplier<T> work) {
    return threads.run(work, BusyException::new);
  }

  /** Ends the threads; what waits is done. */
  @Override
  public void close() {
    threads.close();
  }
}
