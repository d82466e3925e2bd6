// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf an operation runs: the subject, the token that proved it and what the token says
 * beyond that. Immutable. The host makes those of requests that arrive, which no client can; code
 * in its process may act for any subject, since it could do anything else there, too.
 */
public class AuthorizationContext {
  private final String subjectLink;
  private final @Nullable String token;
  private final long expirationTimeMicros;
  private final Map<String, String> properties;

  /**
   * A context.
   *
   * @param subjectLink link of the user document, for example {@code /core/authz/users/jane@corp}
   * @param token the encoded token, absent for the system user and guests
   * @param expirationTimeMicros when the proof expires, microseconds since the epoch, 0 for never
   * @param properties further claims of the token
   */
  public AuthorizationContext(
      String subjectLink,
      @Nullable String token,
      long expirationTimeMicros,
      Map<String, String> properties) {
    this.subjectLink = subjectLink;
    this.token = token;
    this.expirationTimeMicros = expirationTimeMicros;
    this.properties = Map.copyOf(properties);
  }

  /** A context of the subject without a token. */
  public static AuthorizationContext ofSubject(String subjectLink) {
    return new AuthorizationContext(subjectLink, null, 0, Map.of());
  }

  /** The link of the user's document. */
  public final String subjectLink() {
    return subjectLink;
  }

  /** The encoded token; null for the system user, guests, and where it was not kept. */
  public final @Nullable String token() {
    return token;
  }

  /** When the proof expires, in microseconds since the epoch; 0 for never. */
  public final long expirationTimeMicros() {
    return expirationTimeMicros;
  }

  /** Further claims of the token. */
  public final Map<String, String> properties() {
    return properties;
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

  /** Two are equal if they say the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthorizationContext that
        && getClass() == that.getClass()
        && subjectLink.equals(that.subjectLink)
        && Objects.equals(token, that.token)
        && expirationTimeMicros == that.expirationTimeMicros
        && properties.equals(that.properties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(subjectLink, token, expirationTimeMicros);
  }

  /** Shows who, never the token: this text ends up in logs. */
  @Override
  public final String toString() {
    return "AuthorizationContext[" + subjectLink + "]";
  }
}
