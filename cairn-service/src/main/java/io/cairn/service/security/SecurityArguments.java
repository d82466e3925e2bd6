// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import org.jspecify.annotations.Nullable;

/** Who may use a host, and who is its first administrator. A part of its arguments. */
public final class SecurityArguments {

  /** The first administrator, if nobody says otherwise. */
  public static final String USUAL_ADMINISTRATOR = "admin@localhost";

  /** Whether clients of other machines may do everything without saying who they are. */
  public boolean insecureClients;

  /** The e-mail address of the first administrator. */
  public String adminUser = USUAL_ADMINISTRATOR;

  /** What the first administrator is made with, if it is not there; never shown. */
  public @Nullable String adminPassword;

  /** Returns the same settings, which whoever made these may not change any more. */
  public SecurityArguments copy() {
    SecurityArguments copy = new SecurityArguments();
    copy.insecureClients = insecureClients;
    copy.adminUser = adminUser;
    copy.adminPassword = adminPassword;
    return copy;
  }
}
