// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.SignedJWT;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
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
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who has sent a request from its headers: a token of this group, or an API key. What was
 * verified once is remembered, bounded in number, and holds as long as nothing has changed that it
 * depends on: the group's keys, revocations, the users. So a token that is seen again costs a look
 * into a map. To verify a signature takes the time of many requests: that is done on threads of its
 * own, and for an address whose signatures are wrong only so often. Thread-safe; never blocks.
 */
public final class HeaderAuthenticator implements Authenticator, AutoCloseable {

  /** How many proofs are remembered; the oldest that nobody uses go first. */
  static final int REMEMBERED = 10_000;

  /** How many wrong ones are remembered, none of which is longer than this many characters. */
  static final int REMEMBERED_FORGED = 1_000;

  private static final int LONGEST_FORGED = 2 << 10;

  /** How many tokens may wait to be looked at for the first time. */
  private static final int MOST_WAITING = 256;

  /** Where tokens come from that code of this process shows. */
  private static final SocketAddress IN_PROCESS =
      InetSocketAddress.createUnresolved("in-process", 0);

  private static final Set<Action> HARMLESS = EnumSet.of(Action.GET, Action.OPTIONS);
  private static final String SITE = "sec-fetch-site";
  private static final String ORIGIN = "origin";

  private final Tokens tokens;
  private final @Nullable OutsideIssuer outside;
  private final CertificateUsers certificates;
  private final IssuedProofs issued;
  private final Identities identities;
  private final LongSupplier nowMicros;
  private final ForgeryBudget forgeries;

  /** Texts whose signature is wrong, with what was believed then. */
  private final Cache<String, Basis> forged =
      Caffeine.newBuilder().maximumSize(REMEMBERED_FORGED).executor(Runnable::run).build();

  private final BoundedThreads threads =
      new BoundedThreads("cairn-proof", BoundedThreads.halfOfTheMachine(), MOST_WAITING);
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
      SubjectContext who, @Nullable TokenClaims claims, @Nullable String keyId, Basis basis) {
    Subject subject() {
      return who.subject();
    }
  }

  /**
   * What proofs depend on.
   *
   * @param own the keys of this group that are believed
   * @param outside those of the other issuer
   * @param revision of all else
   */
  private record Basis(@Nullable Object own, @Nullable Object outside, long revision) {

    /** Whether the same signatures are right. */
    boolean believesAs(Basis other) {
      return Objects.equals(own, other.own) && Objects.equals(outside, other.outside);
    }
  }

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
    this.forgeries = new ForgeryBudget(nowMicros);
  }

  @Override
  public Subject authenticate(Credentials credentials) {
    return contextOf(credentials).subject();
  }

  @Override
  public SubjectContext contextOf(Credentials credentials) {
    return Objects.requireNonNull(find(credentials, true));
  }

  @Override
  public @Nullable SubjectContext recognize(Credentials credentials) {
    return find(credentials, false);
  }

  @Override
  public CompletableFuture<SubjectContext> prove(Credentials credentials) {
    return threads.run(() -> contextOf(credentials), full -> BusyProofsException.crowded());
  }

  /** Ends the threads that look at signatures. */
  @Override
  public void close() {
    threads.close();
  }

  /** Finds it out; null if that takes the time of a signature, which there is not. */
  private @Nullable SubjectContext find(Credentials credentials, boolean hasTime) {
    TokenText token = tokenOf(credentials);
    if (token == null) {
      return SubjectContext.of(withoutToken(credentials));
    }
    if (isForeignCookie(token, credentials)) {
      throw Refusal.forbidden(
          "A cookie alone proves nothing for a request that changes something: send the token in"
              + " the header x-xenon-auth-token, or have the page's browser send Origin");
    }
    try {
      return contextOf(token.text(), credentials.caller(), hasTime);
    } catch (RefusedTokenException e) {
      throw unauthorized(e.getMessage());
    }
  }

  /** Whether a page of another site may have had the browser send it. */
  private static boolean isForeignCookie(TokenText token, Credentials credentials) {
    return token.isCookie() && !HARMLESS.contains(credentials.verb()) && !isOfOwnPage(credentials);
  }

  /**
   * The token of a request, for an authentication service; null if there is none, or this host
   * answers by itself.
   */
  static @Nullable String tokenForOthers(Credentials credentials) {
    try {
      TokenText token = isLogin(credentials) ? null : TokenText.in(credentials.headers()::all);
      return token == null
              || token.text().isEmpty()
              || token.text().length() > TokenForm.LONGEST
              || ApiKeys.isLike(token.text())
              || isForeignCookie(token, credentials)
          ? null
          : token.text();
    } catch (TokenText.UnclearException e) {
      return null;
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

  /**
   * Whose token a text is.
   *
   * @throws RefusedTokenException if it proves nothing
   */
  SubjectContext contextOf(String text) throws RefusedTokenException {
    return Objects.requireNonNull(contextOf(text, IN_PROCESS, true));
  }

  /**
   * The same of a text that a request is about.
   *
   * @param from whose request it is; null for this process
   * @throws RefusedTokenException if it proves nothing
   */
  public SubjectContext contextOf(String text, @Nullable SocketAddress from)
      throws RefusedTokenException {
    return Objects.requireNonNull(contextOf(text, from == null ? IN_PROCESS : from, true));
  }

  /**
   * What a token of this group says that a request is about, whether or not it was taken back.
   *
   * @param from whose request it is; null for this process
   * @throws RefusedTokenException if this group has not signed it, or it does not hold now
   */
  public TokenClaims claimsOf(String text, @Nullable SocketAddress from)
      throws RefusedTokenException {
    SocketAddress sender = from == null ? IN_PROCESS : from;
    TokenClaims seen = verified(proofs.getIfPresent(text), basis());
    if (seen != null && seen.expiresMicros() > nowMicros.getAsLong()) {
      return seen;
    }
    if (forgeries.isSpent(sender)) {
      throw BusyProofsException.forged();
    }
    try {
      return tokens.verify(text);
    } catch (RefusedTokenException e) {
      if (e.isForged()) {
        forgeries.spend(sender);
      }
      throw e;
    }
  }

  /**
   * The same of a text that the authentication service of the application believes: no stranger has
   * made it up, so that what strangers make up keeps nobody from looking at it.
   *
   * @throws RefusedTokenException if it proves nothing here
   */
  SubjectContext contextOfVouched(String text) throws RefusedTokenException {
    return Objects.requireNonNull(contextOf(text, null, true));
  }

  /**
   * As the other forms.
   *
   * @param from whose wrong signatures are counted; null for nobody's
   * @return null if it takes time that there is not
   */
  private @Nullable SubjectContext contextOf(
      String text, @Nullable SocketAddress from, boolean hasTime) throws RefusedTokenException {
    Proof known = proofs.getIfPresent(text);
    Basis basis = basis();
    if (known == null || !known.basis().equals(basis)) {
      Basis refused = forged.getIfPresent(text);
      if (refused != null && refused.believesAs(basis)) {
        throw RefusedTokenException.ofForged();
      }
      if (hasSignature(text, known, basis)) {
        if (from != null && forgeries.isSpent(from)) {
          throw BusyProofsException.forged();
        }
        if (!hasTime) {
          return null;
        }
      }
      known = prove(text, known, basis, from);
    }
    long now = nowMicros.getAsLong();
    if (known.subject().isExpiredAt(now)) {
      proofs.invalidate(text);
      throw new RefusedTokenException("The token has expired. Log in again");
    }
    if (known.keyId() != null) {
      issued.keys().used(known.keyId(), now);
    }
    return known.who();
  }

  private Basis basis() {
    return new Basis(
        tokens.trust(),
        outside == null ? null : outside.trust(),
        issued.revision() + identities.revision());
  }

  /** Whether a signature has to be looked at. While the keys are the same, it was. */
  private static boolean hasSignature(String text, @Nullable Proof before, Basis basis) {
    return !ApiKeys.isLike(text) && verified(before, basis) == null;
  }

  private static @Nullable TokenClaims verified(@Nullable Proof before, Basis basis) {
    return before != null && Objects.equals(before.basis().own(), basis.own())
        ? before.claims()
        : null;
  }

  private Proof prove(
      String text, @Nullable Proof before, Basis basis, @Nullable SocketAddress from)
      throws RefusedTokenException {
    try {
      Proof proof = ApiKeys.isLike(text) ? ofKey(text, basis) : ofToken(text, before, basis);
      proofs.put(text, proof);
      return proof;
    } catch (RefusedTokenException e) {
      proofs.invalidate(text);
      if (e.isForged()) {
        if (from != null) {
          forgeries.spend(from);
        }
        if (text.length() <= LONGEST_FORGED) {
          forged.put(text, basis);
        }
      }
      throw e;
    }
  }

  private Proof ofToken(String text, @Nullable Proof before, Basis basis)
      throws RefusedTokenException {
    TokenClaims claims = verified(before, basis);
    if (claims == null) {
      SignedJWT read = TokenForm.read(text);
      if (outside != null && outside.isMeantBy(read)) {
        return new Proof(
            SubjectContext.of(known(outside.verify(read)), text, Map.of()), null, null, basis);
      }
      claims = tokens.verify(read);
    }
    return new Proof(
        SubjectContext.of(ofToken(claims), text, claims.properties()), claims, null, basis);
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
    return new Proof(SubjectContext.of(subject, text, Map.of()), null, key.id(), basis);
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
