// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, by the names of RFC 7519; null for what it does not say. Immutable once its
 * builder has given it out. As JSON it has the short names: {@code sub}, {@code exp}.
 */
public class Rfc7519Claims {

  @JsonProperty("iss")
  private @Nullable String issuer;

  @JsonProperty("sub")
  private @Nullable String subject;

  @JsonProperty("aud")
  private @Nullable Set<String> audience;

  @JsonProperty("exp")
  private @Nullable Long expirationTime;

  @JsonProperty("nbf")
  private @Nullable Long notBefore;

  @JsonProperty("iat")
  private @Nullable Long issuedAt;

  @JsonProperty("jti")
  private @Nullable String jwtId;

  /** Who has issued the token. */
  public @Nullable String getIssuer() {
    return issuer;
  }

  /** The link of the user's document. */
  public @Nullable String getSubject() {
    return subject;
  }

  /** Whom the token is for. */
  public @Nullable Set<String> getAudience() {
    return audience;
  }

  /** When the token ends, in seconds since 1970; null for never. */
  public @Nullable Long getExpirationTime() {
    return expirationTime;
  }

  /** From when on it holds, in seconds since 1970. */
  public @Nullable Long getNotBefore() {
    return notBefore;
  }

  /** When it was issued, in seconds since 1970. */
  public @Nullable Long getIssuedAt() {
    return issuedAt;
  }

  /** The name of the token. */
  public @Nullable String getJwtId() {
    return jwtId;
  }

  /**
   * Puts claims together. Not thread-safe.
   *
   * @param <T> what is built
   */
  public static class Rfc7519Builder<T extends Rfc7519Claims> {
    private final Supplier<T> empty;
    private T claims;

    /** Builds what begins as {@code empty} makes it. */
    protected Rfc7519Builder(Supplier<T> empty) {
      this.empty = empty;
      this.claims = empty.get();
    }

    /** What is being built. */
    protected T getInstance() {
      return claims;
    }

    private Rfc7519Claims plain() {
      return claims;
    }

    /** What was built; the builder begins anew. */
    public T getResult() {
      T built = claims;
      claims = empty.get();
      return built;
    }

    public Rfc7519Builder<T> setIssuer(@Nullable String issuer) {
      plain().issuer = issuer;
      return this;
    }

    public Rfc7519Builder<T> setSubject(@Nullable String subject) {
      plain().subject = subject;
      return this;
    }

    public Rfc7519Builder<T> setAudience(Set<String> audience) {
      plain().audience = Set.copyOf(audience);
      return this;
    }

    /** Sets when the token ends, in seconds since 1970. */
    public Rfc7519Builder<T> setExpirationTime(@Nullable Long seconds) {
      plain().expirationTime = seconds;
      return this;
    }

    /** Sets from when on it holds, in seconds since 1970. */
    public Rfc7519Builder<T> setNotBefore(@Nullable Long seconds) {
      plain().notBefore = seconds;
      return this;
    }

    /** Sets when it was issued, in seconds since 1970. */
    public Rfc7519Builder<T> setIssuedAt(@Nullable Long seconds) {
      plain().issuedAt = seconds;
      return this;
    }

    public Rfc7519Builder<T> setJwtId(@Nullable String jwtId) {
      plain().jwtId = jwtId;
      return this;
    }
  }
}
