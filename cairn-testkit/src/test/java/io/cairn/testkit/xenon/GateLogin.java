// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.authorization.BasicAuthenticationUtils;
import io.cairn.service.security.AuthenticationConstants;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An authentication service as applications write it for Xenon: its tokens are {@code gate-...}.
 */
public final class GateLogin extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHN + "/gate";
  static final String LOGIN_PAGE = "https://login.example.com/";

  /** The tokens that it was asked about. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Whether it answers at all. */
  volatile boolean isAway;

  /** A session begins: who asks gets a token. */
  @Override
  public void handleGet(Operation get) {
    setAuthorizationContext(
        get,
        AuthorizationContext.Builder.create()
            .setClaims(claims("jane@example.com", 3600))
            .setToken("gate-jane@example.com")
            .setPropagateToClient(true)
            .getResult());
    get.complete();
  }

  @Override
  public void handlePost(Operation post) {
    if (!post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_VERIFY_TOKEN)) {
      post.fail(new IllegalArgumentException("only tokens are verified here"));
      return;
    }
    String token = String.valueOf(BasicAuthenticationUtils.getAuthToken(post));
    asked.add(token);
    if (isAway) {
      Operation.fail(post, Operation.STATUS_CODE_UNAVAILABLE, 0, new IllegalStateException("away"));
    } else if (token.equals("gate-system")) {
      post.setBody(claimsOf(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER, 3600)).complete();
    } else if (token.equals("gate-old")) {
      post.setBody(claims("jane@example.com", -5)).complete();
    } else if (token.equals("gate-stolen")) {
      Operation.fail(
          post,
          Operation.STATUS_CODE_FORBIDDEN,
          ServiceErrorResponse.ERROR_CODE_EXTERNAL_AUTH_FAILED,
          new IllegalStateException("The token was stolen"));
    } else if (token.startsWith("gate-")) {
      post.setBody(claims(token.substring(5), 3600)).complete();
    } else {
      post.fail(new IllegalArgumentException("not a token of the gate"));
    }
  }

  private Claims claims(String user, long seconds) {
    return claimsOf(ServiceUriPaths.CORE_AUTHZ_USERS + '/' + user, seconds);
  }

  private Claims claimsOf(String link, long seconds) {
    Claims.Builder builder = new Claims.Builder().setProperties(Map.of("floor", "third"));
    builder.setIssuer(AuthenticationConstants.DEFAULT_ISSUER);
    builder.setSubject(link);
    builder.setExpirationTime(getHost().now().getEpochSecond() + seconds);
    return builder.getResult();
  }

  /** Everybody may log in. */
  @Override
  public void authorizeRequest(Operation op) {
    op.complete();
  }

  /** Who has not logged in is sent to where one does. */
  @Override
  public boolean queueRequest(Operation op) {
    if (op.getUri().getPath().equals(SELF_LINK)
        || !op.getUri().getPath().startsWith("/core/examples")) {
      return false;
    }
    op.addResponseHeader(Operation.LOCATION_HEADER, LOGIN_PAGE)
        .setStatusCode(Operation.STATUS_CODE_MOVED_TEMP)
        .complete();
    return true;
  }
}
