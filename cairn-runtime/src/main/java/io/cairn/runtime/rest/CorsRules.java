// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.service.security.BrowserArguments;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other sites may send requests here and read the answers (cross-origin resource
 * sharing, as the Fetch standard has it). Origins are named one by one; there is no sign for all of
 * them. Immutable.
 */
public final class CorsRules {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Pattern NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+");
  private static final String ALLOWED_ORIGIN = "access-control-allow-origin";
  private static final String WANTED_METHOD = "access-control-request-method";

  /** For how long a browser need not ask again, in seconds. */
  private static final String MAX_AGE = "600";

  /** What pages may see of an answer beside what they always may. */
  private static final String EXPOSED =
      "allow, content-location, etag, location, retry-after, www-authenticate, x-xenon-auth-token";

  /** The fields of answers to each origin. */
  private final Map<String, HttpHeaders> answers;

  private final Set<String> methods;
  private final String allowedMethods;
  private final String allowedHeaders;
  private final boolean credentials;

  private CorsRules(BrowserArguments arguments) {
    this.credentials = arguments.corsCredentials;
    List<String> named = forms("corsMethods", arguments.corsMethods, CorsRules::method);
    this.methods = Set.copyOf(named);
    this.allowedMethods = String.join(", ", named);
    this.allowedHeaders =
        String.join(", ", forms("corsHeaders", arguments.corsHeaders, CorsRules::headerName));
    this.answers =
        forms("corsOrigins", arguments.corsOrigins, CorsRules::origin).stream()
            .distinct()
            .collect(Collectors.toUnmodifiableMap(origin -> origin, this::fieldsFor));
  }

  /**
   * Takes the rules over.
   *
   * @throws IllegalArgumentException if one of them is malformed
   */
  public static CorsRules of(BrowserArguments arguments) {
    return new CorsRules(arguments);
  }

  /** No page of another site may anything. */
  static CorsRules none() {
    return new CorsRules(new BrowserArguments());
  }

  private static List<String> forms(String setting, String[] texts, UnaryOperator<String> form) {
    try {
      return Arrays.stream(texts).map(form).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(setting + " " + e.getMessage(), e);
    }
  }

  /**
   * An origin as browsers write it.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static String origin(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    try {
      URI uri = new URI(lower);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      String path = String.valueOf(uri.getRawPath());
      if (web
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && (path.isEmpty() || path.equals("/"))) {
        boolean usual = uri.getPort() == ("http".equals(uri.getScheme()) ? 80 : 443);
        String port = uri.getPort() < 0 || usual ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(wrongOrigin(text), e);
    }
    throw new IllegalArgumentException(wrongOrigin(text));
  }

  private static String wrongOrigin(String text) {
    return "must name each origin exactly, as https://console.example:8443, and not " + text;
  }

  /**
   * A method that pages may use.
   *
   * @throws IllegalArgumentException if hosts have no such method
   */
  public static String method(String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT);
    if (!METHODS.contains(upper)) {
      throw new IllegalArgumentException(
          "must be of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, and not " + text);
    }
    return upper;
  }

  /**
   * The name of a header field.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static String headerName(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (!NAME.matcher(lower).matches() || lower.equals("*")) {
      throw new IllegalArgumentException("must be names of header fields, and not " + text);
    }
    return lower;
  }

  private HttpHeaders fieldsFor(String origin) {
    HttpHeaders fields =
        HttpHeaders.of(ALLOWED_ORIGIN, origin, "access-control-expose-headers", EXPOSED);
    return credentials ? fields.with("access-control-allow-credentials", "true") : fields;
  }

  /** Whether any other site may anything. */
  boolean isOn() {
    return !answers.isEmpty();
  }

  /** Whether cookies count that pages of these sites send. */
  boolean takesCookies() {
    return credentials;
  }

  /** The origin of the page that has sent a request; null if that says none, or several. */
  static @Nullable String originOf(HttpRequest request) {
    List<String> origins = request.headers().all("origin");
    return origins.size() == 1 ? origins.getFirst() : null;
  }

  /** Whether pages of an origin may send requests and read the answers. */
  boolean allows(@Nullable String origin) {
    return origin != null && answers.containsKey(origin);
  }

  /** Whether the page that has sent a request may do what that says. */
  boolean allowsWrite(HttpRequest request) {
    return allows(originOf(request)) && methods.contains(request.method());
  }

  /** Whether a browser asks by a request whether it may send another one. */
  static boolean isPreflight(HttpRequest request) {
    return request.method().equals("OPTIONS") && request.headers().contains(WANTED_METHOD);
  }

  /** Tells a browser what pages of an origin may send; it compares that with what one wants to. */
  HttpResponse preflight(@Nullable String origin) {
    HttpHeaders fields = origin == null ? null : answers.get(origin);
    if (fields == null) {
      return RefusalAnswers.of(
          403,
          "Pages of %s may not send requests here. The setting corsOrigins names sites that may"
              .formatted(origin == null ? "an unknown origin" : origin));
    }
    return HttpResponse.of(
        204,
        fields
            .with("access-control-allow-methods", allowedMethods)
            .with("access-control-allow-headers", allowedHeaders)
            .with("access-control-max-age", MAX_AGE),
        HttpRequest.NO_BODY);
  }

  /** The fields of an answer that lets the pages of an origin read it. */
  HttpHeaders readable(HttpHeaders headers, String origin) {
    HttpHeaders fields = answers.get(origin);
    return fields == null || headers.contains(ALLOWED_ORIGIN)
        ? headers // a service that has rules of its own
        : StandingPolicy.joined(headers, fields);
  }
}
