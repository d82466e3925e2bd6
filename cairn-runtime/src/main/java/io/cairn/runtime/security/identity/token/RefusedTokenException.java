// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

/** A token proves nothing. The message is for whoever sent it, and shows nothing of the token. */
public final class RefusedTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean forged;

  /** Refuses a token. */
  public RefusedTokenException(String message) {
    this(message, false);
  }

  private RefusedTokenException(String message, boolean forged) {
    super(
        message, null, false, false); // hostile tokens come in numbers: no trace is worth its price
    this.forged = forged;
  }

  /** Refuses a token that says all that it has to, and whose signature is wrong. */
  public static RefusedTokenException ofForged() {
    return new RefusedTokenException("The token's signature is wrong", true);
  }

  /** Whether to find that out took the time of a signature. */
  public boolean isForged() {
    return forged;
  }
}
