// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.net.FailedFuture;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Target;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenForm;
import io.cairn.runtime.security.identity.token.Tokens;
import io.cairn.service.FactoryService;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.security.Rfc7519Claims;
import io.cairn.service.security.Verifier;
import io.cairn.service.uri.ServiceUriPaths;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What services and applications ask of the security of their host. Thread-safe. */
public final class HostAuthorization implements HostRuntime.Authorization {

  private static final String USERS = ServiceUriPaths.CORE_AUTHZ_USERS + '/';
  private static final long PATIENCE_SECONDS = 10;

  private final Guard guard;
  private final HeaderAuthenticator headers;
  private final Issuing issuing;
  private final LongSupplier nowMicros;
  private volatile @Nullable AuthenticationByService service;

  /**
   * How tokens are given out.
   *
   * @param tokens signs them
   * @param generation of a user's sessions
   * @param usual how long one lasts that says nothing
   * @param secure whether cookies go over TLS only
   */
  public record Issuing(
      Tokens tokens, ToLongFunction<String> generation, Duration usual, boolean secure) {}

  /**
   * Answers for a host.
   *
   * @param nowMicros microseconds since 1970
   */
  public HostAuthorization(
      Guard guard, HeaderAuthenticator headers, Issuing issuing, LongSupplier nowMicros) {
    this.guard = guard;
    this.headers = headers;
    this.issuing = issuing;
    this.nowMicros = nowMicros;
  }

  /** Has the authentication service of the application be asked, too. */
  public void consult(AuthenticationByService asked) {
    service = asked;
    guard.consult(asked);
  }

  /** Of a factory more was asked before: it is about children, too. */
  @Override
  public void authorize(Service target, Operation op) {
    RuntimeException refusal =
        target instanceof FactoryService ? null : guard.refusal(op, op.getAction(), pathOf(op));
    if (refusal == null) {
      op.complete();
    } else {
      guard.answer(op, refusal);
    }
  }

  private static Target pathOf(Operation op) {
    String path = op.getUri().getPath();
    return Target.path(UriUtils.normalizeUriPath(path == null ? "" : path));
  }

  @Override
  public boolean allows(Service target, @Nullable ServiceDocument document, Operation op) {
    Target about = document == null ? Target.path(linkOf(target)) : targetOf(target, document);
    return guard.refusal(op, op.getAction(), about) == null;
  }

  private static String linkOf(Service service) {
    return Objects.requireNonNull(service.getSelfLink(), "the service has no link yet");
  }

  private static Target targetOf(Service service, ServiceDocument document) {
    String link = document.documentSelfLink == null ? linkOf(service) : document.documentSelfLink;
    String kind =
        document.documentKind == null
            ? Utils.buildKind(document.getClass())
            : document.documentKind;
    return Target.document(link, kind, () -> DocumentJson.standard().toTree(document), null);
  }

  @Override
  public String sign(Rfc7519Claims claims) throws GeneralSecurityException {
    String subject = claims.getSubject();
    if (subject == null || !subject.startsWith(USERS)) {
      throw new GeneralSecurityException(
          "A token is of a user below %s, not of %s".formatted(USERS, subject));
    }
    Long end = claims.getExpirationTime();
    Duration lasting =
        end == null
            ? issuing.usual()
            : Duration.ofSeconds(end - TimeUnit.MICROSECONDS.toSeconds(nowMicros.getAsLong()));
    if (lasting.isNegative() || lasting.isZero()) {
      throw new GeneralSecurityException("The token would have expired before it is given out");
    }
    awaitKey();
    Map<String, String> properties =
        claims instanceof Claims more ? more.getProperties() : Map.of();
    String token =
        issuing
            .tokens()
            .issue(subject, lasting, issuing.generation().applyAsLong(subject), properties)
            .token();
    if (token.length() > TokenForm.LONGEST) {
      throw new GeneralSecurityException(
          "The token would have %d characters, at most %d are looked at: give it fewer properties"
              .formatted(token.length(), TokenForm.LONGEST));
    }
    return token;
  }

  private void awaitKey() throws GeneralSecurityException {
    if (issuing.tokens().trust() != null) {
      return;
    }
    try {
      var _ = issuing.tokens().ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GeneralSecurityException("Interrupted while the group agrees on a key", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new GeneralSecurityException(
          "The group cannot agree on a key to sign with now", FailedFuture.cause(e));
    }
  }

  @Override
  public Claims verify(String token) throws Verifier.TokenException {
    try {
      return headers.contextOf(token).getClaims();
    } catch (RefusedTokenException e) {
      throw new Verifier.InvalidTokenException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public @Nullable AuthorizationContext contextOf(String token) {
    try {
      return headers.contextOf(token);
    } catch (RefusedTokenException e) {
      AuthenticationByService asked = service;
      return asked == null ? null : asked.contextOf(token);
    }
  }

  @Override
  public void handOut(Operation op, AuthorizationContext context) {
    String token = context.getToken();
    if (token == null) {
      throw new IllegalArgumentException("A context without a token has none to propagate");
    }
    long now = nowMicros.getAsLong();
    long end = context.expirationTimeMicros();
    long seconds =
        end == 0 ? issuing.usual().toSeconds() : TimeUnit.MICROSECONDS.toSeconds(end - now);
    SessionHeaders.give(op, token, Math.max(0, seconds), issuing.secure());
  }

  @Override
  public void forget(String userLink) {
    AuthenticationByService asked = service;
    if (asked != null) {
      asked.forget(userLink);
    }
  }
}
