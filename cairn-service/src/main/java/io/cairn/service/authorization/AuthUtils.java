// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.security.Claims;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the user whom an authentication service means by its claims. Thread-safe. */
public final class AuthUtils {

  // Of the process, as in Xenon: whoever registers one has no host at hand.
  private static final ConcurrentHashMap<String, Function<Claims, String>> LINKS =
      new ConcurrentHashMap<>();

  private AuthUtils() {}

  /** The URI of a path on a host: it is its own provider of authentication. */
  public static URI buildAuthProviderHostUri(ServiceHost host, String path) {
    return UriUtils.buildUri(host, path);
  }

  /**
   * Says how the link of a user follows from claims of an issuer, on all hosts of this process.
   *
   * @param builder gives the link, below {@code /core/authz/users/}
   */
  public static void registerUserLinkBuilder(String issuer, Function<Claims, String> builder) {
    LINKS.put(issuer, builder);
  }

  /**
   * The user of some claims: as the builder of their issuer says, or their subject; null if they
   * name nobody.
   */
  public static @Nullable URI buildUserUriFromClaims(ServiceHost host, Claims claims) {
    String issuer = claims.getIssuer();
    Function<Claims, String> builder = issuer == null ? null : LINKS.get(issuer);
    String link = builder == null ? claims.getSubject() : builder.apply(claims);
    return link == null ? null : UriUtils.buildUri(host, link);
  }

  /** Notes how long something took as a statistic of a service, in microseconds. */
  public static void setAuthDurationStat(Service service, String name, double micros) {
    service.setStat(name, micros);
  }
}
