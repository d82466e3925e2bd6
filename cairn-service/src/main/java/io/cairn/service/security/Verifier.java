// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import java.security.GeneralSecurityException;

/** Says what a token says that hosts of the group believe. A host makes it. Thread-safe. */
public class Verifier {

  private final Checking checking;

  /** Checks tokens with what a host knows. */
  @FunctionalInterface
  public interface Checking {
    /** What a token says. Does not block. */
    Claims check(String token) throws TokenException;
  }

  /** A token proves nothing; the message says why and shows nothing of it. */
  public static class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Refuses a token. */
    public TokenException(String message) {
      super(message);
    }
  }

  /** A token is malformed, has expired, was taken back, or is somebody else's. */
  public static class InvalidTokenException extends TokenException {
    private static final long serialVersionUID = 1L;

    /** Refuses a token. */
    public InvalidTokenException(String message) {
      super(message);
    }
  }

  /** Checks in a way that a host knows. */
  public Verifier(Checking checking) {
    this.checking = checking;
  }

  /**
   * What a token says that holds now.
   *
   * @throws TokenException if it proves nothing
   */
  public Rfc7519Claims verify(String token) throws TokenException, GeneralSecurityException {
    return checking.check(token);
  }

  /** As the other form; what a host's tokens say are {@link Claims}. */
  public <T extends Rfc7519Claims> T verify(String token, Class<T> type)
      throws TokenException, GeneralSecurityException {
    Claims claims = checking.check(token);
    if (!type.isInstance(claims)) {
      throw new InvalidTokenException(
          "The token says what Claims has, not " + type.getSimpleName());
    }
    return type.cast(claims);
  }
}
