// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.security.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What authentication services need of HTTP. Stateless. */
public final class BasicAuthenticationUtils {

  /** The header by which a host asks for credentials. */
  public static final String WWW_AUTHENTICATE_HEADER_NAME = Operation.WWW_AUTHENTICATE_HEADER;

  /** What it says in it. */
  public static final String WWW_AUTHENTICATE_HEADER_VALUE =
      "Basic realm=\"cairn\", charset=\"UTF-8\"";

  /** The scheme of a user and a password. */
  public static final String BASIC_AUTH_NAME = "Basic";

  private static final String BEARER = "Bearer ";
  private static final String COOKIE = "cookie";
  private static final int USER_AND_PASSWORD = 2;

  private BasicAuthenticationUtils() {}

  /** The value of {@code authorization} for a user and a password. */
  public static String constructBasicAuth(String user, String password) {
    byte[] both = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
    return BASIC_AUTH_NAME + ' ' + Base64.getEncoder().encodeToString(both);
  }

  /**
   * The token that comes with an operation: in the header {@code x-xenon-auth-token}, as {@code
   * Authorization: Bearer}, or as a cookie; null if there is none.
   */
  public static @Nullable String getAuthToken(Operation op) {
    String token = op.getRequestHeader(Operation.REQUEST_AUTH_TOKEN_HEADER);
    String bearer = op.getRequestHeader(Operation.AUTHORIZATION_HEADER);
    if (token != null) {
      return token;
    }
    if (bearer != null && bearer.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return bearer.substring(BEARER.length()).strip();
    }
    String cookies = op.getRequestHeader(COOKIE);
    String name = Operation.REQUEST_AUTH_TOKEN_COOKIE + '=';
    for (String cookie : cookies == null ? new String[0] : cookies.split(";", -1)) {
      if (cookie.strip().startsWith(name)) {
        return cookie.strip().substring(name.length());
      }
    }
    return null;
  }

  /**
   * The user and the password in the header {@code authorization}; null, and the operation has its
   * answer, if there is none (401, with a challenge) or it has another form (400).
   */
  public static String @Nullable [] parseRequest(StatelessService service, Operation op) {
    String header = op.getRequestHeader(Operation.AUTHORIZATION_HEADER);
    if (header == null) {
      op.addResponseHeader(WWW_AUTHENTICATE_HEADER_NAME, WWW_AUTHENTICATE_HEADER_VALUE);
      Operation.fail(
          op,
          Operation.STATUS_CODE_UNAUTHORIZED,
          0,
          new IllegalStateException("A user and a password are required, as Basic authorization"));
      return null;
    }
    String[] given = decoded(header);
    if (given.length != USER_AND_PASSWORD || given[0].isEmpty()) {
      op.fail(
          new IllegalArgumentException(
              "The authorization header must be 'Basic ' and the base64 of user:password"));
      return null;
    }
    return given;
  }

  private static String[] decoded(String header) {
    String scheme = BASIC_AUTH_NAME + ' ';
    if (!header.regionMatches(true, 0, scheme, 0, scheme.length())) {
      return new String[0];
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring(scheme.length()).strip());
      return new String(bytes, StandardCharsets.UTF_8).split(":", USER_AND_PASSWORD);
    } catch (IllegalArgumentException e) {
      return new String[0];
    }
  }

  /**
   * Answers an operation with what its token says that this host believes, as {@link
   * io.cairn.service.security.Claims}; with 401 if it proves nothing, 400 if there is none.
   */
  public static void handleTokenVerify(StatelessService service, Operation op) {
    String token = getAuthToken(op);
    if (token == null) {
      op.fail(new IllegalArgumentException("The request has no token that could be verified"));
      return;
    }
    try {
      op.setBody(service.getTokenVerifier().verify(token)).complete();
    } catch (Verifier.TokenException | GeneralSecurityException e) {
      Operation.fail(op, Operation.STATUS_CODE_UNAUTHORIZED, 0, e);
    }
  }
}
