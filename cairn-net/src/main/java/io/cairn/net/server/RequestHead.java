// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;

/**
 * What is known of an HTTP/1 request before its body.
 *
 * @param request the request, still without body
 * @param protocol HTTP/1.0 or HTTP/1.1
 * @param keepAlive whether the client wants to send further requests
 * @param contentLength bytes of the body; 0 when there is none, {@link #CHUNKED} when it comes
 *     chunked
 * @param wish what else the client asks of the connection
 */
record RequestHead(
    HttpRequest request, HttpProtocol protocol, boolean keepAlive, long contentLength, Wish wish) {
  static final long CHUNKED = -1;

  /** What a client may ask of the connection. */
  enum Wish {
    NOTHING,
    /** It sends the body only after an interim answer. */
    CONTINUE,
    /** It would rather speak HTTP/2 in clear text. */
    HTTP_2,
    /** It would rather speak another protocol. */
    UPGRADE;

    /** Whether it is another protocol. */
    boolean isProtocol() {
      return this == HTTP_2 || this == UPGRADE;
    }
  }
}
