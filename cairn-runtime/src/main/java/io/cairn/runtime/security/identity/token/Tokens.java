// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.cairn.service.uri.ServiceUriPaths;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs tokens of this group, and verifies them with nothing but the group's keys: no node and no
 * other server is asked. What is believed is exactly what {@link #issue} writes. Thread-safe; takes
 * a fraction of a millisecond of the caller's time.
 */
public final class Tokens {

  /** By how much the clock of the node that issued a token may be ahead. */
  static final long SKEW_SECONDS = 30;

  /** Whom the tokens are for. */
  static final String AUDIENCE = "cairn";

  private static final String GENERATION = "gen";
  private static final String PROPERTIES = "props";
  private static final String USERS = ServiceUriPaths.CORE_AUTHZ_USERS + "/";
  private static final int ID_BYTES = 15;

  private final SigningKeys keys;
  private final LongSupplier nowMicros;
  private final SecureRandom random = new SecureRandom();

  /**
   * A token and what it says. Its text shows nothing of the token.
   *
   * @param seconds how long it holds
   */
  public record Issued(String token, TokenClaims claims, long seconds) {
    @Override
    public String toString() {
      return "Issued[" + claims + "]";
    }
  }

  /**
   * Signs and verifies.
   *
   * @param nowMicros microseconds since 1970
   */
  public Tokens(SigningKeys keys, LongSupplier nowMicros) {
    this.keys = keys;
    this.nowMicros = nowMicros;
  }

  /** Makes sure that there is a key to sign with. Fails if the group cannot agree on one now. */
  public CompletableFuture<Void> ready() {
    return keys.ensure();
  }

  /**
   * Writes a token.
   *
   * @param lasting how long it holds; more than is allowed is cut
   * @param generation of the user's sessions
   * @throws IllegalStateException if there is no key yet, see {@link #ready}
   */
  public Issued issue(String subjectLink, Duration lasting, long generation) {
    return issue(subjectLink, lasting, generation, Map.of());
  }

  /**
   * As the other form, of a token that says more.
   *
   * @param properties for services; they are not secret
   */
  public Issued issue(
      String subjectLink, Duration lasting, long generation, Map<String, String> properties) {
    KeyRing ring = keys.ring();
    if (ring == null) {
      throw new IllegalStateException("the group has no key to sign tokens with yet");
    }
    long now = nowMicros.getAsLong();
    long second = TimeUnit.MICROSECONDS.toSeconds(now);
    long seconds = Math.min(Math.max(1, lasting.toSeconds()), keys.longest().toSeconds());
    byte[] chance = new byte[ID_BYTES];
    random.nextBytes(chance);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(ring.issuer())
            .audience(AUDIENCE)
            .subject(subjectLink)
            .jwtID(id)
            .issueTime(date(second))
            .notBeforeTime(date(second))
            .expirationTime(date(second + seconds))
            .claim(GENERATION, generation);
    if (!properties.isEmpty()) {
      claims.claim(PROPERTIES, properties);
    }
    return new Issued(
        ring.signing(now).sign(claims.build()),
        new TokenClaims(
            id, subjectLink, generation, TimeUnit.SECONDS.toMicros(second + seconds), properties),
        seconds);
  }

  private static Date date(long second) {
    return Date.from(Instant.ofEpochSecond(second));
  }

  /** Names the keys that are believed now: what was verified under others is verified again. */
  public @Nullable Object trust() {
    return keys.ring();
  }

  /**
   * Reads what a token says, if this group has signed it and it holds now. Whether it was revoked
   * is another question.
   *
   * @throws RefusedTokenException says why it proves nothing
   */
  public TokenClaims verify(String token) throws RefusedTokenException {
    return verify(TokenForm.read(token));
  }

  /** The same of a token of which nothing is believed, as {@link TokenForm} reads one. */
  public TokenClaims verify(SignedJWT read) throws RefusedTokenException {
    KeyRing ring = keys.ring();
    if (!JWSAlgorithm.ES256.equals(read.getHeader().getAlgorithm())) {
      throw new RefusedTokenException("The token is signed by another algorithm than ES256");
    }
    String id = read.getHeader().getKeyID();
    long now = nowMicros.getAsLong();
    SigningKey key = ring == null || id == null ? null : ring.find(id, now);
    if (ring == null || key == null) {
      throw new RefusedTokenException("The token is signed by a key that this group does not know");
    }
    // What costs nothing is asked first: a signature takes as long as a hundred other requests.
    TokenClaims claims = claims(read, ring.issuer(), now);
    if (!key.hasSigned(read)) {
      throw RefusedTokenException.ofForged();
    }
    return claims;
  }

  private TokenClaims claims(SignedJWT token, String issuer, long now)
      throws RefusedTokenException {
    try {
      JWTClaimsSet claims = token.getJWTClaimsSet();
      require(issuer.equals(claims.getIssuer()), "The token is of another issuer");
      require(List.of(AUDIENCE).equals(claims.getAudience()), "The token is for somebody else");
      long second = TimeUnit.MICROSECONDS.toSeconds(now);
      long expires = seconds(claims.getExpirationTime());
      require(expires > second, "The token has expired. Log in again");
      require(
          seconds(claims.getNotBeforeTime()) <= second + SKEW_SECONDS,
          "The token does not hold yet");
      long issued = seconds(claims.getIssueTime());
      require(
          issued <= second + SKEW_SECONDS && expires - issued <= keys.longest().toSeconds(),
          "The token holds for too long");
      String subject = claims.getSubject();
      String id = claims.getJWTID();
      Long generation = claims.getLongClaim(GENERATION);
      if (subject == null || !subject.startsWith(USERS) || id == null || generation == null) {
        throw new RefusedTokenException("The token does not say whose it is");
      }
      return new TokenClaims(
          id, subject, generation, TimeUnit.SECONDS.toMicros(expires), properties(claims));
    } catch (ParseException e) {
      throw new RefusedTokenException("The token has a claim of another type");
    }
  }

  private static Map<String, String> properties(JWTClaimsSet claims) throws ParseException {
    Map<String, Object> said = claims.getJSONObjectClaim(PROPERTIES);
    Map<String, String> properties = new HashMap<>();
    if (said != null) {
      said.forEach((name, value) -> properties.put(name, String.valueOf(value)));
    }
    return properties;
  }

  private static long seconds(@Nullable Date date) throws RefusedTokenException {
    if (date == null) {
      throw new RefusedTokenException("The token does not say from when to when it holds");
    }
    return date.toInstant().getEpochSecond();
  }

  private static void require(boolean holds, String otherwise) throws RefusedTokenException {
    if (!holds) {
      throw new RefusedTokenException(otherwise);
    }
  }
}
