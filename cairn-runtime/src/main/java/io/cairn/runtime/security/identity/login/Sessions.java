// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.login;

import io.cairn.net.FailedFuture;
import io.cairn.runtime.security.Contact;
import io.cairn.runtime.security.identity.BasicCredentials;
import io.cairn.runtime.security.identity.HeaderAuthenticator;
import io.cairn.runtime.security.identity.password.LoginThrottle;
import io.cairn.runtime.security.identity.password.Passwords;
import io.cairn.runtime.security.identity.revocation.Revocations;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenClaims;
import io.cairn.runtime.security.identity.token.Tokens;
import io.cairn.service.security.Claims;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Begins sessions: compares a password and signs a token. Nobody learns which users there are: the
 * answers and the time that they take are the same. Thread-safe.
 */
public final class Sessions {

  private final Accounts accounts;
  private final Passwords passwords;
  private final LoginThrottle throttle;
  private final Tokens tokens;
  private final HeaderAuthenticator proofs;
  private final Revocations revocations;
  private final Contact contact;

  /** The group cannot agree now on a first key to sign tokens with. */
  public static final class NoKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoKeyException(Throwable cause) {
      super("Nobody can log in now: the group is not available. " + cause.getMessage(), cause);
    }
  }

  /** This node may lack what its group has: a password may have been changed, a user disabled. */
  public static final class CutOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CutOffException(String trouble) {
      super(
          "Nobody can log in at this node now: log in at another one, or have this one reach the others (%s). Tokens that were issued before go on working for a while (docs/security.md)"
              .formatted(trouble));
    }
  }

  /** What came of a login. */
  public sealed interface Outcome {

    /** The session has begun. */
    record Begun(Tokens.Issued issued) implements Outcome {}

    /** There is no such user, the password is another one, or the user may not log in. */
    record Wrong() implements Outcome {}

    /**
     * Too many logins have failed: nothing was looked at.
     *
     * @param seconds after which it may be tried again
     */
    record Slowed(long seconds) implements Outcome {}
  }

  /** Puts together what a login takes. */
  public Sessions(
      Accounts accounts,
      Passwords passwords,
      LoginThrottle throttle,
      Tokens tokens,
      HeaderAuthenticator proofs,
      Revocations revocations,
      Contact contact) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.throttle = throttle;
    this.tokens = tokens;
    this.proofs = proofs;
    this.revocations = revocations;
    this.contact = contact;
  }

  /**
   * Begins one. May read from the disk; the password is compared on another thread.
   *
   * @param from whose request it is; null for this process
   * @param lasting how long it is to last
   * @return what came of it; fails with {@link Passwords.BusyException} if too many log in, with
   *     {@link CutOffException}, and with {@link NoKeyException} if there is no key to sign with
   */
  public CompletableFuture<Outcome> begin(
      BasicCredentials given, @Nullable SocketAddress from, Duration lasting) {
    String trouble = contact.trouble();
    if (trouble != null) {
      return CompletableFuture.failedFuture(new CutOffException(trouble));
    }
    long wait = throttle.secondsToWait(given.user(), from);
    if (wait > 0) {
      return CompletableFuture.completedFuture(new Outcome.Slowed(wait));
    }
    Accounts.Account account = accounts.find(given.user());
    return passwords
        .compare(given.password(), account == null ? null : account.passwordHash())
        .thenCompose(
            match -> {
              if (account == null || !match.matches() || !account.enabled()) {
                throttle.failed(given.user(), from);
                return CompletableFuture.completedFuture(new Outcome.Wrong());
              }
              throttle.succeeded(given.user(), from);
              return begin(account.userLink(), lasting);
            });
  }

  private CompletableFuture<Outcome> begin(String user, Duration lasting) {
    return tokens
        .ready()
        .<Outcome>handle(
            (ready, failure) -> {
              if (failure != null) {
                throw new NoKeyException(FailedFuture.cause(failure));
              }
              return new Outcome.Begun(tokens.issue(user, lasting, revocations.generation(user)));
            });
  }

  /**
   * The session that a token is of.
   *
   * @param from whose request it is; null for this process
   * @throws RefusedTokenException if it proves nothing, or has ended
   */
  public TokenClaims present(String token, @Nullable SocketAddress from)
      throws RefusedTokenException {
    TokenClaims claims = proofs.claimsOf(token, from);
    if (revocations.isRevoked(claims.id(), claims.subjectLink(), claims.generation())) {
      throw new RefusedTokenException("The session has ended already");
    }
    return claims;
  }

  /**
   * Whose token one is, and what it says.
   *
   * @param from whose request it is; null for this process
   * @throws RefusedTokenException if it proves nothing
   */
  public Claims claims(String token, @Nullable SocketAddress from) throws RefusedTokenException {
    return proofs.contextOf(token, from).getClaims();
  }
}
