// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import org.jspecify.annotations.Nullable;

/** What is posted to {@code /core/authn/basic}: the beginning or the end of a session. */
public class AuthenticationRequest {

  /** Begins or ends. */
  public enum AuthenticationRequestType {
    /** A password is given for a token. */
    LOGIN,
    /** The token that comes with the request is taken back. */
    LOGOUT
  }

  /** LOGIN if absent. */
  public @Nullable AuthenticationRequestType requestType;

  /** How long the session lasts, in seconds; as the host has set, if absent. It has a limit. */
  public @Nullable Long sessionExpirationSeconds;
}
