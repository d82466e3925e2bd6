// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.cairn.net.client.WebClient;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenForm;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.text.ParseException;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Believes tokens of one OpenID Connect issuer that are for this group. A claim names the user,
 * another one the groups that the user is in. Verified by keys that are here already. Thread-safe;
 * nothing blocks.
 */
public final class OutsideIssuer implements AutoCloseable {

  private static final long SKEW_SECONDS = 30;
  private static final int SMALLEST_RSA_BITS = 2048;
  private static final int MOST_GROUPS = 200;
  private static final int LARGEST_KEY_SET = 256 << 10;
  private static final String EMAIL = "email";
  private static final String VERIFIED = "email_verified";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,128}");

  private final Settings settings;
  private final WebClient client;
  private final IssuerKeys keys;
  private final LongSupplier nowMicros;

  /**
   * Which tokens are believed.
   *
   * @param issuer what {@code iss} says
   * @param audience what {@code aud} has among others
   * @param keysUri where the issuer's JWK set is: HTTPS, or this machine
   * @param userClaim what names the user: the last part of the user's link
   * @param groupsClaim what lists names of user groups: the last parts of their links
   */
  public record Settings(
      String issuer, String audience, URI keysUri, String userClaim, String groupsClaim) {}

  /**
   * Believes nothing before keys are there.
   *
   * @param nowMicros microseconds since 1970
   */
  public OutsideIssuer(Settings settings, LongSupplier nowMicros) {
    this.settings = settings;
    this.client = WebClient.builder().maxResponseBytes(LARGEST_KEY_SET).build();
    this.keys = new IssuerKeys(settings.keysUri(), client, nowMicros);
    this.nowMicros = nowMicros;
  }

  /** Fetches keys if it is time to. Must be called now and then. */
  public void look() {
    keys.look();
  }

  /** Names the keys that are believed now. */
  public @Nullable Object trust() {
    return keys.known();
  }

  /** Whether a token says that this issuer has signed it; that proves nothing yet. */
  public boolean isMeantBy(SignedJWT token) {
    try {
      return settings.issuer().equals(token.getJWTClaimsSet().getIssuer());
    } catch (ParseException e) {
      return false;
    }
  }

  /**
   * Reads whose a token is.
   *
   * @param token of which nothing is believed, as {@link TokenForm} reads one
   * @throws RefusedTokenException says why it proves nothing
   */
  public Subject verify(SignedJWT token) throws RefusedTokenException {
    String id = token.getHeader().getKeyID();
    JWK key = id == null ? null : keys.find(id);
    if (key == null) {
      throw new RefusedTokenException(
          "The issuer's key that has signed the token is not known here, or not yet");
    }
    try {
      JWSVerifier verifier = verifier(token.getHeader().getAlgorithm(), key);
      Subject said = subject(token.getJWTClaimsSet());
      if (!token.verify(verifier)) {
        throw RefusedTokenException.ofForged();
      }
      return said;
    } catch (JOSEException | ParseException e) {
      throw new RefusedTokenException("The token is none that is believed here");
    }
  }

  /** The algorithm is decided by the key, not by the token: HMAC and none are not among them. */
  private static JWSVerifier verifier(JWSAlgorithm algorithm, JWK key)
      throws JOSEException, RefusedTokenException {
    if (JWSAlgorithm.RS256.equals(algorithm)
        && key instanceof RSAKey rsa
        && rsa.size() >= SMALLEST_RSA_BITS) {
      return new RSASSAVerifier(rsa.toPublicJWK());
    }
    if (JWSAlgorithm.ES256.equals(algorithm)
        && key instanceof ECKey ec
        && Curve.P_256.equals(ec.getCurve())) {
      return new ECDSAVerifier(ec.toPublicJWK());
    }
    throw new RefusedTokenException(
        "The token is signed by another algorithm than RS256 and ES256");
  }

  private Subject subject(JWTClaimsSet claims) throws ParseException, RefusedTokenException {
    require(settings.issuer().equals(claims.getIssuer()), "The token is of another issuer");
    require(claims.getAudience().contains(settings.audience()), "The token is for somebody else");
    long second = TimeUnit.MICROSECONDS.toSeconds(nowMicros.getAsLong());
    Date ends = claims.getExpirationTime();
    Date begins = claims.getNotBeforeTime();
    require(
        ends != null && ends.toInstant().getEpochSecond() > second - SKEW_SECONDS,
        "The token has expired");
    require(
        begins == null || begins.toInstant().getEpochSecond() <= second + SKEW_SECONDS,
        "The token does not hold yet");
    String user = claims.getStringClaim(settings.userClaim());
    require(
        !settings.userClaim().equals(EMAIL) || !Boolean.FALSE.equals(claims.getClaim(VERIFIED)),
        "The token's issuer has not verified the user's e-mail address");
    if (user == null || !NAME.matcher(user).matches()) {
      throw new RefusedTokenException(
          "The token's claim %s names no user".formatted(settings.userClaim()));
    }
    long expires = ends == null ? 0 : TimeUnit.SECONDS.toMicros(ends.toInstant().getEpochSecond());
    return new Subject(
        ServiceUriPaths.CORE_AUTHZ_USERS + '/' + user,
        Subject.Kind.EXTERNAL,
        claims.getJWTID(),
        expires + TimeUnit.SECONDS.toMicros(SKEW_SECONDS),
        null,
        groups(claims),
        null);
  }

  private Set<String> groups(JWTClaimsSet claims) throws ParseException {
    Set<String> links = new LinkedHashSet<>();
    List<String> named = claims.getStringListClaim(settings.groupsClaim());
    if (named != null) {
      named.stream()
          .filter(name -> NAME.matcher(name).matches())
          .limit(MOST_GROUPS)
          .forEach(name -> links.add(ServiceUriPaths.CORE_AUTHZ_USER_GROUPS + '/' + name));
    }
    return links;
  }

  private static void require(boolean holds, String otherwise) throws RefusedTokenException {
    if (!holds) {
      throw new RefusedTokenException(otherwise);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
