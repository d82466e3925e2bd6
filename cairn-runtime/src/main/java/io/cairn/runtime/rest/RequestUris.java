// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpRequest;
import io.cairn.service.UriUtils;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** The addresses of requests, remembered for those that come again. Thread-safe. */
final class RequestUris {

  private final URI host;
  private final RecentTargets targets = new RecentTargets();

  /**
   * Remembers nothing yet.
   *
   * @param host prefix of every request's URI
   */
  RequestUris(URI host) {
    this.host = host;
  }

  @Nullable URI of(HttpRequest request) {
    URI known = targets.find(request);
    if (known == null) {
      known = parse(request);
      targets.note(request, known);
    }
    return known;
  }

  private @Nullable URI parse(HttpRequest request) {
    String target =
        request.query() == null ? request.path() : request.path() + '?' + request.query();
    try {
      URI uri = new URI(host.getScheme() + "://" + host.getRawAuthority() + target);
      return request.path().contains("/.") || request.path().contains("//") ? uri.normalize() : uri;
    } catch (URISyntaxException e) {
      try {
        return UriUtils.buildUri(host, target);
      } catch (IllegalArgumentException alsoInvalid) {
        return null;
      }
    }
  }
}
