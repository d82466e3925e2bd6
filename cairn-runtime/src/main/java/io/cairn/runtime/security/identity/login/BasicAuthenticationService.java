// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.login;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.FailedFuture;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.identity.BasicCredentials;
import io.cairn.runtime.security.identity.SessionHeaders;
import io.cairn.runtime.security.identity.TokenText;
import io.cairn.runtime.security.identity.password.Passwords;
import io.cairn.runtime.security.identity.revocation.ProofId;
import io.cairn.runtime.security.identity.revocation.RevocationService;
import io.cairn.runtime.security.identity.revocation.RevocationService.RevocationState;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenClaims;
import io.cairn.runtime.security.identity.token.Tokens;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import io.cairn.service.authorization.BasicAuthenticationUtils;
import io.cairn.service.security.AuthenticationRequest;
import io.cairn.service.security.AuthenticationRequest.AuthenticationRequestType;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a session for a user's name and password, and ends the one whose token comes with the
 * request. The token is in the header {@code x-xenon-auth-token} of the answer, and in a cookie.
 * With the pragma {@code xn-verify-token} it says what a token says.
 */
@Needs(read = Access.OPEN, write = Access.OPEN)
public final class BasicAuthenticationService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHN_BASIC;

  /** Tells a client how it may prove itself. */
  public static final String CHALLENGE = "Basic realm=\"cairn\", charset=\"UTF-8\"";

  private static final Logger log = LoggerFactory.getLogger(BasicAuthenticationService.class);
  private static final int TOO_MANY = 429;

  private final Sessions sessions;
  private final Settings settings;

  /**
   * How sessions are.
   *
   * @param usual how long one lasts that says nothing
   * @param longest how long one lasts at most
   * @param secure whether cookies go over TLS only
   */
  public record Settings(Duration usual, Duration longest, boolean secure) {}

  /** Begins and ends sessions. */
  public BasicAuthenticationService(Sessions sessions, Settings settings) {
    this.sessions = sessions;
    this.settings = settings;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handlePost(Operation post) {
    if (post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_VERIFY_TOKEN)) {
      verify(post);
      return;
    }
    AuthenticationRequest request =
        post.hasBody() ? post.getBody(AuthenticationRequest.class) : new AuthenticationRequest();
    if (request.requestType == AuthenticationRequestType.LOGOUT) {
      logOut(post);
    } else {
      logIn(post, request);
    }
  }

  private void verify(Operation post) {
    String token = BasicAuthenticationUtils.getAuthToken(post);
    if (token == null) {
      post.fail(new IllegalArgumentException("The request has no token that could be verified"));
      return;
    }
    try {
      post.setBody(sessions.claims(token, post.getCaller())).complete();
    } catch (RefusedTokenException e) {
      Operation.fail(post, Operation.STATUS_CODE_UNAUTHORIZED, 0, e);
    }
  }

  private void logIn(Operation post, AuthenticationRequest request) {
    String header = post.getRequestHeader(Operation.AUTHORIZATION_HEADER);
    if (header == null) {
      post.addResponseHeader(Operation.WWW_AUTHENTICATE_HEADER, CHALLENGE);
      Operation.fail(
          post,
          Operation.STATUS_CODE_UNAUTHORIZED,
          0,
          new IllegalStateException("A user and a password are required, as Basic authorization"));
      return;
    }
    BasicCredentials given = BasicCredentials.parse(header);
    Duration lasting = lasting(request.sessionExpirationSeconds);
    var _ =
        sessions
            .begin(given, post.getCaller(), lasting)
            .whenComplete(
                (outcome, failure) -> {
                  if (failure != null) {
                    fail(post, FailedFuture.cause(failure));
                  } else {
                    answer(post, request, outcome);
                  }
                });
  }

  private Duration lasting(@Nullable Long wanted) {
    if (wanted == null) {
      return settings.usual();
    }
    if (wanted < 1) {
      throw new IllegalArgumentException(
          "sessionExpirationSeconds is the number of seconds that the session lasts, at least 1");
    }
    return Duration.ofSeconds(Math.min(wanted, settings.longest().toSeconds()));
  }

  private static void fail(Operation post, Throwable failure) {
    if (failure instanceof Passwords.BusyException) {
      StandardRefusal.LIMIT_EXCEEDED.answer(post, failure);
    } else if (failure instanceof Sessions.NoKeyException
        || failure instanceof Sessions.CutOffException) {
      StandardRefusal.UNAVAILABLE.answer(post, failure);
    } else {
      post.fail(failure);
    }
  }

  private void answer(Operation post, AuthenticationRequest request, Sessions.Outcome outcome) {
    switch (outcome) {
      case Sessions.Outcome.Begun(var issued) -> begun(post, request, issued);
      case Sessions.Outcome.Wrong() ->
          Operation.fail(
              post,
              Operation.STATUS_CODE_FORBIDDEN,
              0,
              new IllegalStateException("There is no such user, or the password is another one"));
      case Sessions.Outcome.Slowed(var seconds) -> {
        post.addResponseHeader(Operation.RETRY_AFTER_HEADER, Long.toString(seconds));
        Operation.fail(
            post,
            TOO_MANY,
            ServiceErrorResponse.ERROR_CODE_HOST_RATE_LIMIT_EXCEEDED,
            new IllegalStateException(
                "Too many logins have failed. Try again in %d seconds".formatted(seconds)));
      }
    }
  }

  private void begun(Operation post, AuthenticationRequest request, Tokens.Issued issued) {
    long seconds = issued.seconds();
    request.requestType = AuthenticationRequestType.LOGIN;
    request.sessionExpirationSeconds = seconds;
    post.setAuthorizationContext(subjectOf(issued.claims()));
    SessionHeaders.give(post, issued.token(), seconds, settings.secure());
    post.setBodyNoCloning(request).complete();
  }

  /** Whoever has proved to be somebody is that from now on, for the audit. */
  private static SubjectContext subjectOf(TokenClaims claims) {
    return SubjectContext.of(
        new Subject(
            claims.subjectLink(),
            Subject.Kind.USER,
            new ProofId(claims.id(), claims.generation()).text(),
            claims.expiresMicros(),
            null,
            Set.of(),
            null));
  }

  private void logOut(Operation post) {
    TokenClaims ended;
    try {
      TokenText token = TokenText.in(name -> valuesOf(post, name));
      if (token == null) {
        throw new RefusedTokenException("The token of the session that is to end is required");
      }
      ended = sessions.present(token.text(), post.getCaller());
    } catch (TokenText.UnclearException | RefusedTokenException e) {
      post.addResponseHeader(Operation.WWW_AUTHENTICATE_HEADER, "Bearer");
      Operation.fail(post, Operation.STATUS_CODE_UNAUTHORIZED, 0, e);
      return;
    }
    post.setAuthorizationContext(subjectOf(ended));
    RevocationState revocation = new RevocationState();
    revocation.subjectLink = ended.subjectLink();
    revocation.tokenId = ended.id();
    sendRequest(
        Operation.createPost(this, RevocationService.FACTORY_LINK)
            .setBody(revocation)
            .setExpiration(post.getExpirationMicrosUtc())
            .setAuthorizationContext(
                AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER))
            .setCompletion((done, failure) -> ended(post, done, failure)));
  }

  private static List<String> valuesOf(Operation post, String name) {
    String value = post.getRequestHeader(name);
    return value == null ? List.of() : List.of(value);
  }

  private void ended(Operation post, Operation done, @Nullable Throwable failure) {
    if (failure != null) {
      log.info("A session could not be ended: {}", failure.getMessage());
      post.setStatusCode(done.getStatusCode()).fail(failure, done.getBodyRaw());
      return;
    }
    AuthenticationRequest answer = new AuthenticationRequest();
    answer.requestType = AuthenticationRequestType.LOGOUT;
    SessionHeaders.takeBack(post, settings.secure());
    post.setBodyNoCloning(answer).complete();
  }
}
