// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import java.security.GeneralSecurityException;

/**
 * Signs tokens that every host of the group believes. A host makes it; the key stays in the
 * members' data. Thread-safe.
 */
public class Signer {

  private final Signing signing;

  /** Signs claims with the group's key. */
  @FunctionalInterface
  public interface Signing {
    /** The token of some claims. May wait until the group has a key. */
    String sign(Rfc7519Claims claims) throws GeneralSecurityException;
  }

  /** Signs in a way that a host knows. */
  public Signer(Signing signing) {
    this.signing = signing;
  }

  /**
   * Makes a token. Of the claims, subject, expiration time and properties count; the group says the
   * rest. It lasts {@code sessionTime} if nothing is said, {@code sessionLimit} at most. May wait
   * for some seconds if the group has no key yet, so it must not be called where nothing may block.
   *
   * @throws GeneralSecurityException if the subject is no user, the time is past, the token would
   *     be too long, or the group cannot agree on a key now
   */
  public String sign(Rfc7519Claims claims) throws GeneralSecurityException {
    return signing.sign(claims);
  }
}
