// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.service.security.BrowserArguments;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossSiteGuardTest {

  private static int status(boolean closed, String verb, String host, String origin, String site) {
    HttpGateway.Names names =
        new HttpGateway.Names(
            closed,
            closed ? "127.0.0.1" : "0.0.0.0",
            URI.create("https://cairn.example"),
            List.of("console.example", "tool.example:3000"),
            CorsRules.of(shared()));
    HttpHeaders headers = HttpHeaders.empty();
    headers = origin == null ? headers : headers.with("origin", origin);
    headers = site == null ? headers : headers.with("sec-fetch-site", site);
    CrossSiteGuard.Refusal refusal =
        new CrossSiteGuard(names)
            .refusal(new HttpRequest(verb, "/core/examples", host, headers, new byte[0]));
    return refusal == null ? 200 : refusal.status();
  }

  private static BrowserArguments shared() {
    BrowserArguments arguments = new BrowserArguments();
    arguments.corsOrigins = new String[] {"https://page.example"};
    arguments.corsMethods = new String[] {"get", "POST"};
    return arguments;
  }

  @ParameterizedTest
  @CsvSource({
    // What is no browser.
    "POST, 127.0.0.1:8000,,, 200",
    "DELETE, localhost,,, 200",
    "POST,,,, 200",
    // A page of this host.
    "POST, localhost:8000, http://localhost:8000, same-origin, 200",
    "POST, LOCALHOST, http://localhost:80,, 200",
    "POST, [::1]:8000, http://[::1]:8000,, 200",
    "POST, localhost:8000,, none, 200",
    "POST, 127.0.0.1:8000, https://cairn.example, same-origin, 200",
    "POST, 127.0.0.1:8000, https://console.example:8443, cross-site, 200",
    "POST, 127.0.0.1:8000, http://tool.example:3000,, 200",
    // Pages of others.
    "POST, localhost:8000, http://evil.example,, 403",
    "PUT, localhost:8000, http://localhost:3000,, 403",
    "PATCH, localhost:8000, http://localhost,, 403",
    "DELETE, localhost:8000, null, cross-site, 403",
    "POST, localhost:8000,, cross-site, 403",
    "POST, localhost:8000,, Same-Site, 403",
    "POST, localhost:8000, http://localhost:8000, cross-site, 403",
    "POST, localhost:8000, http://tool.example,, 403",
    "POST, localhost:8000, file://localhost:8000,, 403",
    "GET, localhost:8000, http://evil.example, cross-site, 200",
    // Pages that may read what they get, by these methods and from exactly there.
    "POST, localhost:8000, https://page.example, cross-site, 200",
    "PUT, localhost:8000, https://page.example, cross-site, 403",
    "POST, localhost:8000, http://page.example, cross-site, 403",
    "POST, localhost:8000, https://page.example:444, cross-site, 403",
    "POST, localhost:8000, https://page.example.evil.example, cross-site, 403",
    // A name that somebody else points to the loopback address.
    "GET, evil.example:8000,,, 421",
    "GET, 127.0.0.1.evil.example,,, 421",
    "GET, localhost.evil.example,,, 421",
    "POST, evil.example:8000, http://evil.example:8000, same-origin, 421",
    "GET, cairn.example,,, 200",
    "GET, console.example:8000,,, 200",
    "GET, 192.168.1.5:8000,,, 200",
  })
  void hostOfOneMachineTellsPagesOfOthersFromItsUsers(
      String verb, String host, String origin, String site, int status) {
    assertThat(status(true, verb, host, origin, site)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, whatever.example,,, 200",
    "POST, whatever.example:8000, http://whatever.example:8000, same-origin, 200",
    "POST, whatever.example:8000, http://evil.example, cross-site, 403",
  })
  void hostThatOthersReachGoesByAnyName(
      String verb, String host, String origin, String site, int status) {
    assertThat(status(false, verb, host, origin, site)).isEqualTo(status);
  }
}
