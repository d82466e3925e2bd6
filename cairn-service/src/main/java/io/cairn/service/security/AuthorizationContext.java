// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf an operation runs: the verified subject, the token that proved it and what the
 * token says beyond that. Immutable; only the runtime makes instances with authority behind them, a
 * value built by anyone else is refused where it matters because the host compares it with what it
 * verified.
 *
 * @param subjectLink link of the user document, for example {@code /core/authz/users/jane@corp}
 * @param token the encoded token, absent for the system user and guests
 * @param expirationTimeMicros when the proof expires, microseconds since the epoch, 0 for never
 * @param properties further claims of the token
 */
public record AuthorizationContext(
    String subjectLink,
    @Nullable String token,
    long expirationTimeMicros,
    Map<String, String> properties) {

  public AuthorizationContext {
    properties = Map.copyOf(properties);
  }

  /** A context of the subject without a token. */
  public static AuthorizationContext ofSubject(String subjectLink) {
    return new AuthorizationContext(subjectLink, null, 0, Map.of());
  }

  /** Whether the subject is the runtime itself. */
  public boolean isSystemUser() {
    return ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER.equals(subjectLink);
  }

  /** Whether the subject is an unauthenticated caller. */
  public boolean isGuestUser() {
    return ServiceUriPaths.CORE_AUTHZ_GUEST_USER.equals(subjectLink);
  }

  /** What the token says, as Xenon services read it. */
  public Claims getClaims() {
    return new Claims(subjectLink, expirationTimeMicros, properties);
  }

  /** The token as Xenon services read it. */
  public @Nullable String getToken() {
    return token;
  }

  /** Shows who, never the token: this text ends up in logs. */
  @Override
  public String toString() {
    return "AuthorizationContext[" + subjectLink + "]";
  }
}
