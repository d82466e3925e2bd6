// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

/** A token proves nothing. The message is for whoever sent it, and shows nothing of the token. */
public final class RefusedTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Refuses a token. */
  public RefusedTokenException(String message) {
    super(
        message, null, false, false); // hostile tokens come in numbers: no trace is worth its price
  }
}
