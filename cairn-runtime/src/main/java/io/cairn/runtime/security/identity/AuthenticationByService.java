// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.security.AuthenticationGate;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.AuthUtils;
import io.cairn.service.failure.Refusal;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the authentication service of an application say whose tokens are. What it has said of one
 * counts for half a minute, on this node, and no longer than proofs are taken back or users change.
 * It cannot make anybody the runtime itself. Thread-safe.
 */
public final class AuthenticationByService implements AuthenticationGate {

  private static final Logger log = LoggerFactory.getLogger(AuthenticationByService.class);

  /** How long an answer counts. */
  static final Duration REMEMBERED = Duration.ofSeconds(30);

  /** How many tokens it may be asked about at the same time. */
  static final int MOST_QUESTIONS = 256;

  private static final int MOST_REMEMBERED = 10_000;
  private static final long PATIENCE_MICROS = TimeUnit.SECONDS.toMicros(10);
  private static final String USERS = ServiceUriPaths.CORE_AUTHZ_USERS + '/';

  private static final Answer AWAY =
      new Answer.Unknown(
          new Refusal(
              Operation.STATUS_CODE_UNAVAILABLE,
              "The authentication service does not answer, so nobody knows whose the token is. Try"
                  + " again later"));

  private static final CompletableFuture<Answer> NOTHING =
      CompletableFuture.completedFuture(new Answer.Unknown(null));

  private final ServiceHost host;
  private final StatelessService service;
  private final Known known;
  private final LongSupplier nowMicros;
  private final AtomicInteger questions = new AtomicInteger();
  private final AsyncCache<String, Told> told;

  /**
   * What this host knows by itself.
   *
   * @param headers the tokens that it believes
   * @param issued what was taken back
   * @param identities the users
   */
  public record Known(HeaderAuthenticator headers, IssuedProofs issued, Identities identities) {}

  /**
   * What the service has said.
   *
   * @param answer to give; one that is known is looked at again each time
   * @param isOurs whether this host believes the token, too
   * @param revision of what was taken back when it was asked
   */
  private record Told(Answer answer, boolean isOurs, long revision) {
    @Nullable String link() {
      return answer instanceof Answer.Known(var who) ? who.subjectLink() : null;
    }
  }

  /** The service has said so, with its error code. */
  private static final class ExternalRefusal extends Refusal {
    private static final long serialVersionUID = 1L;

    ExternalRefusal(String message) {
      super(Operation.STATUS_CODE_UNAUTHORIZED, message);
    }

    @Override
    public void addTo(ServiceErrorResponse body) {
      body.errorCode = ServiceErrorResponse.ERROR_CODE_EXTERNAL_AUTH_FAILED;
    }
  }

  /**
   * Asks a service that runs on a host.
   *
   * @param nowMicros microseconds since 1970
   * @param nanoTime only goes forward
   */
  public AuthenticationByService(
      ServiceHost host,
      StatelessService service,
      Known known,
      LongSupplier nowMicros,
      LongSupplier nanoTime) {
    this.host = host;
    this.service = service;
    this.known = known;
    this.nowMicros = nowMicros;
    this.told =
        Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .buildAsync();
  }

  @Override
  public CompletableFuture<Answer> verify(Credentials credentials) {
    String token = HeaderAuthenticator.tokenForOthers(credentials);
    if (token == null) {
      return NOTHING;
    }
    long revision = known.issued().revision();
    CompletableFuture<Told> before = told.getIfPresent(token);
    if (before != null && before.isDone() && before.join().revision() != revision) {
      told.synchronous().invalidate(token);
    }
    return told.get(token, (text, _) -> ask(text, revision))
        .thenApply(
            said -> {
              if (said.answer().equals(AWAY)) {
                told.synchronous().invalidate(token);
              }
              return present(token, said);
            });
  }

  /** What was said, as of now. */
  private Answer present(String token, Told said) {
    if (!(said.answer() instanceof Answer.Known(var who))) {
      return said.answer();
    }
    if (said.isOurs()) {
      try {
        return new Answer.Known(known.headers().contextOfVouched(token));
      } catch (RefusedTokenException e) {
        return new Answer.Unknown(null); // the host says why
      }
    }
    if (who.subject().isExpiredAt(nowMicros.getAsLong())) {
      return refused("The token has expired. Log in again");
    }
    User user = known.identities().user(who.subjectLink());
    if (user != null && !user.enabled()) {
      return refused("The user whose token this is may not log in any more");
    }
    String tenant = user == null ? null : user.tenantLink();
    return Objects.equals(tenant, who.subject().tenantLink())
        ? said.answer()
        : new Answer.Known(
            external(who.subjectLink(), who.expirationTimeMicros(), tenant, token, who));
  }

  private static SubjectContext external(
      String link, long expires, @Nullable String tenant, String token, AuthorizationContext said) {
    Subject subject =
        new Subject(link, Subject.Kind.EXTERNAL, null, expires, tenant, Set.of(), null);
    return SubjectContext.of(subject, token, said.properties());
  }

  private static Answer refused(String why) {
    return new Answer.Refused(new Refusal(Operation.STATUS_CODE_UNAUTHORIZED, why));
  }

  private CompletableFuture<Told> ask(String token, long revision) {
    if (questions.incrementAndGet() > MOST_QUESTIONS) {
      questions.decrementAndGet();
      return CompletableFuture.completedFuture(new Told(AWAY, false, revision));
    }
    CompletableFuture<Told> answer = new CompletableFuture<>();
    host.sendRequest(
        Operation.createPost(host, UriUtils.linkOf(service))
            .setReferer(host.getUri())
            .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_VERIFY_TOKEN)
            .addRequestHeader(Operation.REQUEST_AUTH_TOKEN_HEADER, token)
            .setExpiration(nowMicros.getAsLong() + PATIENCE_MICROS)
            .setAuthorizationContext(SubjectContext.SYSTEM)
            .setCompletion(
                (op, failure) -> {
                  questions.decrementAndGet();
                  answer.complete(told(token, op, failure, revision));
                }));
    return answer;
  }

  private static Answer unknown(Operation op, Throwable failure) {
    if (op.getStatusCode() == Operation.STATUS_CODE_UNAVAILABLE
        || op.getStatusCode() == Operation.STATUS_CODE_TIMEOUT) {
      log.info("The authentication service did not answer: {}", failure.toString());
      return AWAY;
    }
    ServiceErrorResponse error = op.getErrorResponseBody();
    return error != null
            && error.getErrorCode() == ServiceErrorResponse.ERROR_CODE_EXTERNAL_AUTH_FAILED
        ? new Answer.Refused(new ExternalRefusal(String.valueOf(failure.getMessage())))
        : new Answer.Unknown(null);
  }

  /** What an answer says, whatever it is: somebody waits for it. */
  private Told told(String token, Operation op, @Nullable Throwable failure, long revision) {
    try {
      if (failure != null) {
        return new Told(unknown(op, failure), false, revision);
      }
      Answer answer = claimed(token, claimsIn(op));
      return new Told(answer, isOurs(token, answer), revision);
    } catch (RuntimeException e) {
      log.warn("{} answered what says nothing of a token", service.getSelfLink(), e);
      return new Told(new Answer.Unknown(null), false, revision);
    }
  }

  private static Claims claimsIn(Operation op) {
    return op.getBodyRaw() instanceof AuthorizationContext context
        ? context.getClaims()
        : op.getBody(Claims.class);
  }

  private Answer claimed(String token, Claims claims) {
    URI user = AuthUtils.buildUserUriFromClaims(host, claims);
    String link = user == null ? null : user.getPath();
    if (ServiceUriPaths.CORE_AUTHZ_GUEST_USER.equals(link)) {
      return new Answer.Unknown(null);
    }
    if (link == null || !link.startsWith(USERS)) {
      log.warn(
          "{} says that a token is of {}: it has to be of a user below {}",
          service.getSelfLink(),
          link,
          USERS);
      return refused("The authentication service names somebody else than a user below " + USERS);
    }
    Long seconds = claims.getExpirationTime();
    return new Answer.Known(
        external(
            link,
            seconds == null ? 0 : TimeUnit.SECONDS.toMicros(seconds),
            null,
            token,
            new AuthorizationContext(link, null, 0, claims.getProperties())));
  }

  /** A token of this group is taken back here, too, so it is looked at here each time. */
  private boolean isOurs(String token, Answer answer) {
    try {
      return answer instanceof Answer.Known(var who)
          && known.headers().contextOfVouched(token).subjectLink().equals(who.subjectLink());
    } catch (RefusedTokenException e) {
      return false;
    }
  }

  @Override
  public boolean takes(Operation op) {
    boolean[] taken = new boolean[1];
    OperationContext.runFor(op, () -> taken[0] = service.queueRequest(op));
    return taken[0];
  }

  /** Whose token one is, as was said lately; null if nothing was. */
  @Nullable SubjectContext contextOf(String token) {
    CompletableFuture<Told> said = told.getIfPresent(token);
    return said != null
            && said.isDone()
            && present(token, said.join()) instanceof Answer.Known(var who)
        ? who
        : null;
  }

  /** Asks anew about all tokens of a user. */
  void forget(String userLink) {
    Map<String, Told> all = told.synchronous().asMap();
    all.values().removeIf(one -> userLink.equals(one.link()));
  }
}
