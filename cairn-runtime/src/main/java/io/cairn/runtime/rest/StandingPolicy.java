// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpHeaders;
import io.cairn.net.StandingFields;
import io.cairn.service.security.BrowserArguments;
import io.cairn.service.security.SecurityArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What every answer tells browsers and caches, unless a service says something else. */
final class StandingPolicy {

  /**
   * A browser takes an answer for what it says that it is, tells no other site where its user was,
   * lets no other site's page have it as an image or script, and shows it in no frame of another.
   */
  private static final HttpHeaders BROWSERS =
      HttpHeaders.of(
          "x-content-type-options",
          "nosniff",
          "referrer-policy",
          "no-referrer",
          "cross-origin-resource-policy",
          "same-origin",
          "x-frame-options",
          "SAMEORIGIN");

  /** What is for one user is for no cache, which may not know by what that user was proved. */
  private static final HttpHeaders ALL = BROWSERS.with("cache-control", "no-store");

  /** What an answer says depends on which page has asked. */
  private static final HttpHeaders BY_ORIGIN = HttpHeaders.of("vary", "origin");

  private StandingPolicy() {}

  static StandingFields of(SecurityArguments security) {
    BrowserArguments browsers = security.browsers;
    return new StandingFields(
        browsers.corsOrigins.length > 0 ? BY_ORIGIN : HttpHeaders.empty(),
        browsers.strictTransportSecurityMicros > 0
            ? HttpHeaders.of(
                "strict-transport-security",
                "max-age="
                    + TimeUnit.MICROSECONDS.toSeconds(browsers.strictTransportSecurityMicros))
            : HttpHeaders.empty(),
        security.isAuthorizationEnabled ? ALL : BROWSERS);
  }

  /** Fields with others behind them. */
  static HttpHeaders joined(HttpHeaders first, HttpHeaders second) {
    List<String> fields = new ArrayList<>(2 * (first.size() + second.size()));
    for (HttpHeaders part : List.of(first, second)) {
      part.forEach(
          (name, value) -> {
            fields.add(name);
            fields.add(value);
          });
    }
    return HttpHeaders.of(fields.toArray(String[]::new));
  }
}
