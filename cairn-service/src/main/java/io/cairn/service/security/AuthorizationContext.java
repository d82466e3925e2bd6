// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
  private final @Nullable Claims claims;
  private final boolean propagates;

  /** Puts a context together from claims. Not thread-safe. */
  public static class Builder {
    private @Nullable Claims claims;
    private @Nullable String token;
    private boolean propagates;

    /** A builder that knows nothing yet. */
    public static Builder create() {
      return new Builder();
    }

    /** Says who it is, until when, and what else is known. */
    public Builder setClaims(Claims claims) {
      this.claims = claims;
      return this;
    }

    /** Sets the encoded token that proves the claims. */
    public Builder setToken(@Nullable String token) {
      this.token = token;
      return this;
    }

    /**
     * Says whether who has sent the operation that the context is set on gets the token, in the
     * header {@code x-xenon-auth-token} and as a cookie.
     */
    public Builder setPropagateToClient(boolean propagate) {
      this.propagates = propagate;
      return this;
    }

    /**
     * The context.
     *
     * @throws IllegalStateException if no claims were set, or they name no subject
     */
    public AuthorizationContext getResult() {
      if (claims == null || claims.getSubject() == null) {
        throw new IllegalStateException("setClaims comes first, with claims that have a subject");
      }
      return new AuthorizationContext(claims.getSubject(), claims, token, propagates);
    }
  }

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
    this.claims = null;
    this.propagates = false;
  }

  private AuthorizationContext(
      String subjectLink, Claims claims, @Nullable String token, boolean propagates) {
    Long seconds = claims.getExpirationTime();
    this.subjectLink = subjectLink;
    this.token = token;
    this.expirationTimeMicros = seconds == null ? 0 : TimeUnit.SECONDS.toMicros(seconds);
    this.properties = claims.getProperties();
    this.claims = claims;
    this.propagates = propagates;
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
    return claims == null ? Claims.of(subjectLink, expirationTimeMicros, properties) : claims;
  }

  /** Whether who has sent the operation that this is set on is to get the token. */
  public boolean shouldPropagateToClient() {
    return propagates;
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
