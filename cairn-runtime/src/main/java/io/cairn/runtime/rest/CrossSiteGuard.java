// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpRequest;
import io.cairn.net.LoopbackNames;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another site has a browser send to this host: a browser is on the user's
 * machine, so that the loopback address is no protection from it. Browsers tell of themselves by
 * {@code Origin} and {@code Sec-Fetch-Site}, which no page can change; whoever sends neither is no
 * browser, or sends nothing that writes. Thread-safe.
 */
final class CrossSiteGuard {
  private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");
  private static final Pattern SCHEME = Pattern.compile("^https?://");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");
  private static final Pattern DEFAULT_PORT = Pattern.compile(":(80|443)?$");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");
  private static final int FORBIDDEN = 403;
  private static final int MISDIRECTED = 421;

  private final boolean closed;
  private final CorsRules cors;
  private final Set<String> sites = new HashSet<>();
  private final Set<String> names = new HashSet<>();
  private volatile @Nullable String lastKnown;

  /** Why a request is refused. */
  record Refusal(int status, String message) {}

  CrossSiteGuard(HttpGateway.Names rules) {
    this.closed = rules.closed();
    this.cors = rules.cors();
    rules.allowed().stream().map(CrossSiteGuard::authority).forEach(sites::add);
    sites.stream().map(CrossSiteGuard::nameIn).forEach(names::add);
    URI known = rules.publicUri();
    sites.add(authority(String.valueOf(known.getRawAuthority())));
    names.add(nameIn(String.valueOf(known.getHost())));
    names.add(nameIn(rules.bindAddress()));
  }

  /** Returns why a request is refused, or null. */
  @Nullable Refusal refusal(HttpRequest request) {
    return refusal(request, !HARMLESS.contains(request.method()) && !cors.allowsWrite(request));
  }

  /** Returns why a request to open a WebSocket is refused, or null: what comes over it writes. */
  @Nullable Refusal refusalOfSocket(HttpRequest request) {
    return refusal(request, true);
  }

  private @Nullable Refusal refusal(HttpRequest request, boolean writes) {
    String addressed = request.authority();
    if (writes) {
      String site = foreignSite(request, addressed);
      if (site != null) {
        return new Refusal(
            FORBIDDEN,
            "A page of another site (%s) may not write here. The settings allowedHosts and corsOrigins name sites that may"
                .formatted(site));
      }
    }
    return isKnown(addressed)
        ? null
        : new Refusal(
            MISDIRECTED,
            "This host listens for its own machine and does not go by the name of %s. The setting allowedHosts names further ones"
                .formatted(addressed));
  }

  /** The site whose page has sent a request, if it is another one; null if none did. */
  private @Nullable String foreignSite(HttpRequest request, @Nullable String addressed) {
    List<String> origins = request.headers().all("origin");
    if (origins.isEmpty()) {
      return isElsewhere(request) ? "its browser keeps the name back" : null;
    }
    String origin = String.join(", ", origins);
    String site = authority(SCHEME.matcher(origin).replaceFirst(""));
    boolean own = addressed != null && site.equals(authority(addressed)) && !isElsewhere(request);
    return own || sites.contains(site) || sites.contains(nameIn(site)) ? null : origin;
  }

  private static boolean isElsewhere(HttpRequest request) {
    return request.headers().all("sec-fetch-site").stream()
        .anyMatch(site -> OTHER_SITES.contains(site.strip().toLowerCase(Locale.ROOT)));
  }

  private boolean isKnown(@Nullable String addressed) {
    if (!closed || addressed == null || addressed.equals(lastKnown)) {
      return true;
    }
    String name = nameIn(addressed);
    boolean known =
        LoopbackNames.contains(name) || ADDRESS.matcher(name).matches() || names.contains(name);
    if (known) {
      lastKnown = addressed;
    }
    return known;
  }

  private static String nameIn(String authority) {
    return PORT.matcher(authority.toLowerCase(Locale.ROOT)).replaceFirst("");
  }

  /** An authority in the one form in which it is compared: schemes may differ behind a proxy. */
  private static String authority(String text) {
    return DEFAULT_PORT.matcher(text.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
  }
}
