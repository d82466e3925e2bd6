// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.service.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the handshake of a WebSocket says of its client, which holds for all that the client asks
 * for over it: credentials, the page that it is, the proxies in between.
 */
final class SocketCredentials {
  private static final Set<String> OF_THE_HANDSHAKE =
      Set.of(
          "connection",
          "upgrade",
          "host",
          "http2-settings",
          "keep-alive",
          "te",
          "trailer",
          "expect",
          "transfer-encoding",
          "range",
          "prefer",
          Operation.PRAGMA_HEADER);

  private static final List<String> BEGINNINGS =
      List.of("sec-websocket-", "content-", "accept", "if-");

  private SocketCredentials() {}

  /** The fields of each request that is made for the client. */
  static HttpHeaders of(HttpRequest handshake) {
    List<String> fields =
        new ArrayList<>(
            List.of(Operation.CONTENT_TYPE_HEADER, Operation.MEDIA_TYPE_APPLICATION_JSON));
    handshake
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!OF_THE_HANDSHAKE.contains(lower)
                  && BEGINNINGS.stream().noneMatch(lower::startsWith)) {
                fields.add(lower);
                fields.add(value);
              }
            });
    return HttpHeaders.of(fields.toArray(String[]::new));
  }
}
