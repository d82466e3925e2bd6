// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import io.cairn.service.http.OperationVocabulary;

/** Names that authentication services share. */
public final class AuthenticationConstants {

  /** Whom applications name as the issuer of their claims; tokens name the group itself. */
  public static final String DEFAULT_ISSUER = "xn";

  /** The cookie with a token. */
  public static final String REQUEST_AUTH_TOKEN_COOKIE =
      OperationVocabulary.REQUEST_AUTH_TOKEN_COOKIE;

  /** How statistics about the time that authentication takes begin. */
  public static final String STAT_NAME_DURATION_MICROS_PREFIX = "authenticationDurationMicros";

  private AuthenticationConstants() {}
}
