// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.SignedJWT;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.identity.keys.ApiKeys;
import io.cairn.runtime.security.identity.oidc.OutsideIssuer;
import io.cairn.runtime.security.identity.revocation.ProofId;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenClaims;
import io.cairn.runtime.security.identity.token.TokenForm;
import io.cairn.runtime.security.identity.token.Tokens;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.ServiceUriPaths;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who has sent a request from its headers: a token of this group, or an API key. What was
 * verified once is remembered, bounded in number, and holds as long as nothing has changed that it
 * depends on: the group's keys, revocations, the users. So a token that is seen again costs a look
 * into a map. Thread-safe; never blocks.
 */
public final class HeaderAuthenticator implements Authenticator {

  /** How many proofs are remembered; the oldest that nobody uses go first. */
  static final int REMEMBERED = 10_000;

  private static final Set<Action> HARMLESS = EnumSet.of(Action.GET, Action.OPTIONS);
  private static final String SITE = "sec-fetch-site";
  private static final String ORIGIN = "origin";

  private final Tokens tokens;
  private final @Nullable OutsideIssuer outside;
  private final CertificateUsers certificates;
  private final IssuedProofs issued;
  private final Identities identities;
  private final LongSupplier nowMicros;
  private final Cache<String, Proof> proofs =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  /**
   * What is believed beside the API keys of the group.
   *
   * @param tokens those of this group
   * @param outside an issuer that is believed too; null for none
   * @param certificates what in a client's certificate names a user
   */
  public record Believed(
      Tokens tokens, @Nullable OutsideIssuer outside, CertificateUsers certificates) {}

  /**
   * What was proved by a text.
   *
   * @param claims what a token of this group said; null for others
   * @param keyId of the API key; null if it is none
   * @param basis what it depends on
   */
  private record Proof(
      Subject subject, @Nullable TokenClaims claims, @Nullable String keyId, Basis basis) {}

  /**
   * What proofs depend on.
   *
   * @param own the keys of this group that are believed
   * @param outside those of the other issuer
   * @param revision of all else
   */
  private record Basis(@Nullable Object own, @Nullable Object outside, long revision) {}

  /**
   * Believes what this node knows.
   *
   * @param nowMicros microseconds since 1970
   */
  public HeaderAuthenticator(
      Believed believed, IssuedProofs issued, Identities identities, LongSupplier nowMicros) {
    this.tokens = believed.tokens();
    this.outside = believed.outside();
    this.certificates = believed.certificates();
    this.issued = issued;
    this.identities = identities;
    this.nowMicros = nowMicros;
  }

  @Override
  public Subject authenticate(Credentials credentials) {
    TokenText token = tokenOf(credentials);
    if (token == null) {
      return withoutToken(credentials);
    }
    if (token.isCookie() && !HARMLESS.contains(credentials.verb()) && !isOfOwnPage(credentials)) {
      throw Refusal.forbidden(
          "A cookie alone proves nothing for a request that changes something: send the token in"
              + " the header x-xenon-auth-token, or have the page's browser send Origin");
    }
    try {
      return subjectOf(token.text());
    } catch (RefusedTokenException e) {
      throw unauthorized(e.getMessage());
    }
  }

  private static @Nullable TokenText tokenOf(Credentials credentials) {
    try {
      return isLogin(credentials) ? null : TokenText.in(credentials.headers()::all);
    } catch (TokenText.UnclearException e) {
      throw unauthorized(e.getMessage());
    }
  }

  /** A password is looked at where sessions begin, and nowhere else: that takes its time. */
  private Subject withoutToken(Credentials credentials) {
    if (!isLogin(credentials) && credentials.headers().contains(Operation.AUTHORIZATION_HEADER)) {
      throw unauthorized(
          "A password is taken at /core/authn/basic only: POST {} there, and send the token that"
              + " it answers with");
    }
    return credentials.certificates().isEmpty()
        ? Subject.GUEST
        : ofCertificate(credentials.certificates().getFirst());
  }

  /** A certificate that names no user of this group, as those of its hosts, proves nothing here. */
  private Subject ofCertificate(X509Certificate certificate) {
    String link = certificates.userLink(certificate);
    Identities.User user = link == null ? null : identities.user(link);
    if (user == null) {
      return Subject.GUEST;
    }
    if (!user.enabled()) {
      throw unauthorized("The user whose certificate this is may not log in any more");
    }
    return new Subject(
        user.link(),
        Subject.Kind.EXTERNAL,
        null,
        TimeUnit.SECONDS.toMicros(certificate.getNotAfter().toInstant().getEpochSecond()),
        user.tenantLink(),
        Set.of(),
        null);
  }

  /** Whatever token comes along with it, a login begins anew; a logout says which it ends. */
  private static boolean isLogin(Credentials credentials) {
    return credentials.verb() == Action.POST
        && credentials.path().equals(ServiceUriPaths.CORE_AUTHN_BASIC);
  }

  /**
   * Whether the page that has a browser send a cookie is of this host. What a page of another site
   * sends is refused before: no browser leaves the origin out there.
   */
  private static boolean isOfOwnPage(Credentials credentials) {
    return credentials.headers().contains(ORIGIN)
        || "same-origin".equals(credentials.headers().get(SITE));
  }

  private static Refusal unauthorized(@Nullable String why) {
    return new Refusal(Operation.STATUS_CODE_UNAUTHORIZED, String.valueOf(why));
  }

  private Subject subjectOf(String text) throws RefusedTokenException {
    Proof known = proofs.getIfPresent(text);
    Basis basis = basis();
    if (known == null || !known.basis().equals(basis)) {
      known = prove(text, known, basis);
    }
    long now = nowMicros.getAsLong();
    if (known.subject().isExpiredAt(now)) {
      proofs.invalidate(text);
      throw new RefusedTokenException("The token has expired. Log in again");
    }
    if (known.keyId() != null) {
      issued.keys().used(known.keyId(), now);
    }
    return known.subject();
  }

  private Basis basis() {
    return new Basis(
        tokens.trust(),
        outside == null ? null : outside.trust(),
        issued.revision() + identities.revision());
  }

  private Proof prove(String text, @Nullable Proof before, Basis basis)
      throws RefusedTokenException {
    try {
      Proof proof = ApiKeys.isLike(text) ? ofKey(text, basis) : ofToken(text, before, basis);
      proofs.put(text, proof);
      return proof;
    } catch (RefusedTokenException e) {
      proofs.invalidate(text);
      throw e;
    }
  }

  /** While the keys are the same, what a token said needs not be verified again. */
  private Proof ofToken(String text, @Nullable Proof before, Basis basis)
      throws RefusedTokenException {
    TokenClaims claims =
        before != null && Objects.equals(before.basis().own(), basis.own())
            ? before.claims()
            : null;
    if (claims == null) {
      SignedJWT read = TokenForm.read(text);
      if (outside != null && outside.isMeantBy(read)) {
        return new Proof(known(outside.verify(read)), null, null, basis);
      }
      claims = tokens.verify(read);
    }
    return new Proof(ofToken(claims), claims, null, basis);
  }

  /** What the user's document says beside what the issuer does, if there is one. */
  private Subject known(Subject external) throws RefusedTokenException {
    Identities.User user = identities.user(external.link());
    if (user == null) {
      return external;
    }
    return new Subject(
        external.link(),
        external.kind(),
        external.tokenId(),
        external.expiresMicros(),
        enabled(user).tenantLink(),
        external.claimedGroups(),
        external.scope());
  }

  private Subject ofToken(TokenClaims claims) throws RefusedTokenException {
    if (issued.revocations().isRevoked(claims.id(), claims.subjectLink(), claims.generation())) {
      throw new RefusedTokenException("The token was taken back. Log in again");
    }
    return new Subject(
        claims.subjectLink(),
        Subject.Kind.USER,
        new ProofId(claims.id(), claims.generation()).text(),
        claims.expiresMicros(),
        present(claims.subjectLink()).tenantLink(),
        Set.of(),
        null);
  }

  private Proof ofKey(String text, Basis basis) throws RefusedTokenException {
    ApiKeys.Key key = issued.keys().find(text);
    if (key == null || issued.revocations().isRevoked(key.id(), key.userLink(), key.generation())) {
      throw new RefusedTokenException("There is no such API key, or no more");
    }
    Subject subject =
        new Subject(
            key.userLink(),
            Subject.Kind.KEY,
            new ProofId(key.id(), key.generation()).text(),
            key.expiresMicros(),
            present(key.userLink()).tenantLink(),
            Set.of(),
            key.scope());
    return new Proof(subject, null, key.id(), basis);
  }

  private Identities.User present(String link) throws RefusedTokenException {
    Identities.User user = identities.user(link);
    if (user == null) {
      throw noUser();
    }
    return enabled(user);
  }

  private static Identities.User enabled(Identities.User user) throws RefusedTokenException {
    if (!user.enabled()) {
      throw noUser();
    }
    return user;
  }

  private static RefusedTokenException noUser() {
    return new RefusedTokenException("The user whose token this is may not log in any more");
  }
}
