// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import io.cairn.service.Operation;

/** How a token gets to who has logged in: in a header of the answer, and as a cookie. */
public final class SessionHeaders {

  private static final String SET_COOKIE = "set-cookie";
  private static final String CACHE_CONTROL = "cache-control";

  private SessionHeaders() {}

  /**
   * Has the answer to an operation carry a token.
   *
   * @param seconds how long it holds
   * @param secure whether the cookie goes over TLS only
   */
  public static void give(Operation op, String token, long seconds, boolean secure) {
    op.addResponseHeader(Operation.REQUEST_AUTH_TOKEN_HEADER, token)
        .addResponseHeader(SET_COOKIE, cookie(token, seconds, secure))
        .addResponseHeader(CACHE_CONTROL, "no-store");
  }

  /** Has the answer to an operation take the cookie back. */
  public static void takeBack(Operation op, boolean secure) {
    op.addResponseHeader(SET_COOKIE, cookie("", 0, secure))
        .addResponseHeader(CACHE_CONTROL, "no-store");
  }

  private static String cookie(String token, long seconds, boolean secure) {
    return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
        .formatted(Operation.REQUEST_AUTH_TOKEN_COOKIE, token, seconds, secure ? "; Secure" : "");
  }
}
