// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.login;

import org.jspecify.annotations.Nullable;

/** The users who have a password, as this node knows them. Thread-safe. */
@FunctionalInterface
public interface Accounts {

  /**
   * The account of a name that somebody wants to log in by; null if there is none. May read from
   * the disk.
   */
  @Nullable Account find(String name);

  /**
   * A user who has a password.
   *
   * @param userLink the user's document
   * @param passwordHash what is kept of the password
   * @param enabled whether the user may log in
   */
  record Account(String userLink, String passwordHash, boolean enabled) {
    @Override
    public String toString() {
      return "Account[" + userLink + "]";
    }
  }
}
