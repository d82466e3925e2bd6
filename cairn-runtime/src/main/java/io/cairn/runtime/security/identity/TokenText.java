// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import io.cairn.runtime.security.identity.keys.ApiKeys;
import io.cairn.service.http.OperationVocabulary;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The token or API key that a request bears, and by which way: {@code Authorization: Bearer},
 * {@code x-xenon-auth-token}, or the cookie, in this order.
 *
 * @param text the token; nothing is known of it yet
 * @param isCookie whether a browser has sent it of its own accord
 */
public record TokenText(String text, boolean isCookie) {

  private static final String BEARER = "Bearer ";
  private static final String COOKIE = "cookie";
  private static final Set<String> NOT_IN_QUERIES =
      Set.of(
          "access_token",
          OperationVocabulary.REQUEST_AUTH_TOKEN_HEADER,
          OperationVocabulary.REQUEST_AUTH_TOKEN_COOKIE);

  /** A request bears several tokens, or one in a form that is none. */
  public static final class UnclearException extends Exception {
    private static final long serialVersionUID = 1L;

    UnclearException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Finds it.
   *
   * @param headers the values of a header of a name in lower case
   * @return null if there is none; a password is no token
   * @throws UnclearException if it is not clear which one is meant
   */
  public static @Nullable TokenText in(Function<String, List<String>> headers)
      throws UnclearException {
    String authorization = only(headers, OperationVocabulary.AUTHORIZATION_HEADER);
    if (authorization != null && hasScheme(authorization, BEARER)) {
      return new TokenText(authorization.substring(BEARER.length()).strip(), false);
    }
    if (authorization != null && !hasScheme(authorization, BasicCredentials.SCHEME)) {
      throw new UnclearException("The authorization header is neither Bearer nor Basic");
    }
    String token = only(headers, OperationVocabulary.REQUEST_AUTH_TOKEN_HEADER);
    if (token != null) {
      return new TokenText(token.strip(), false);
    }
    String cookie = null;
    for (String line : headers.apply(COOKIE)) {
      cookie = cookieIn(line, cookie);
    }
    return cookie == null ? null : new TokenText(cookie, true);
  }

  private static boolean hasScheme(String header, String scheme) {
    return header.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  static @Nullable String only(Function<String, List<String>> headers, String name)
      throws UnclearException {
    List<String> values = headers.apply(name);
    if (values.size() > 1) {
      throw new UnclearException("The request has " + name + " more than once");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /**
   * Whether the query of an address bears one: by the name that RFC 6750 has for it or those of the
   * headers, or because it is an API key.
   */
  public static boolean isInQuery(String query) {
    for (String part : query.split("&", -1)) {
      int mark = part.indexOf('=');
      String name = mark < 0 ? part : part.substring(0, mark);
      if (NOT_IN_QUERIES.contains(name.toLowerCase(Locale.ROOT))
          || ApiKeys.isKey(part.substring(mark + 1))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String cookieIn(String line, @Nullable String known)
      throws UnclearException {
    String name = OperationVocabulary.REQUEST_AUTH_TOKEN_COOKIE + '=';
    String found = known;
    for (int at = 0; at >= 0 && at < line.length(); ) {
      int end = line.indexOf(';', at);
      String pair = line.substring(at, end < 0 ? line.length() : end).strip();
      if (pair.startsWith(name)) {
        String value = pair.substring(name.length());
        if (found != null && !found.equals(value)) {
          throw new UnclearException("The request has two cookies with different tokens");
        }
        found = value;
      }
      at = end < 0 ? -1 : end + 1;
    }
    return found;
  }

  /** Shows nothing of it: this text ends up in logs. */
  @Override
  public String toString() {
    return "TokenText";
  }
}
