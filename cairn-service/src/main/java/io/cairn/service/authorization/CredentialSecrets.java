// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the passwords of credentials apart from their documents, hashed, where nothing shows them.
 * Each document has two places for one, so that a new password does not replace the present one
 * before the document says so. Part of the runtime, found by {@code ServiceHost.unwrap}. Methods
 * block, and are called on the node that owns the document. Thread-safe.
 */
public interface CredentialSecrets {

  /** The places of a document. */
  int PLACES = 2;

  /**
   * Keeps a password.
   *
   * @param place from 0 to {@link #PLACES}, exclusive
   * @throws IllegalArgumentException if nobody can have such a password
   */
  void keep(String credentialsLink, int place, String password);

  /** Whether a password is the one that is kept in a place; not if that is null. */
  boolean matches(String credentialsLink, @Nullable Integer place, String password);
}
