// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.util.List;
import java.util.Random;

/**
 * Broken and ambiguous HTTP messages. Those that hide a request in another carry one that would add
 * the mark {@value #SMUGGLED}; no reading of them may let it through.
 */
final class RawAttacks {

  static final String SMUGGLED = "smuggled";

  private static final String PATH = LedgerService.FACTORY_LINK + "/one";
  private static final String BODY = "{\"mark\":\"" + SMUGGLED + "\"}";
  private static final String HIDDEN =
      "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(PATH, BODY.length(), BODY);
  private static final String POST =
      "POST " + LedgerService.FACTORY_LINK + " HTTP/1.1\r\nHost: localhost\r\n";
  private static final String GET = "GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n";

  private static final List<String> ATTACKS =
      List.of(
          POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Content-Length: 0\r\nContent-Length: 400\r\n\r\n" + HIDDEN,
          POST + "Content-Length: 400, 0\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
          POST + "Content-Length: -1\r\n\r\n" + HIDDEN,
          POST + "Content-Length: +0\r\n\r\n" + HIDDEN,
          POST + "Content-Length: 0x0\r\n\r\n" + HIDDEN,
          POST + "Content-Length: 99999999999999999999\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n" + HIDDEN,
          POST + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + HIDDEN,
          POST + "Transfer-Encoding: chunked\r\n\r\n0" + ";x".repeat(50_000) + "\r\n\r\n",
          GET + "A: b\u0000c\r\n\r\n" + HIDDEN,
          GET + "A: b\rX: y\r\n\r\n" + HIDDEN,
          GET + " A: b\r\n\r\n" + HIDDEN,
          GET + "A b\r\n\r\n" + HIDDEN,
          GET + "Host: other\r\n\r\n" + HIDDEN,
          GET + "A: " + "a".repeat(200_000) + "\r\n\r\n",
          GET + "A: a\r\n".repeat(2_000) + "\r\n",
          "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET " + PATH + " HTTP/1.1\r\n\r\n" + HIDDEN,
          "GET " + PATH + " HTTP/9.9\r\nHost: localhost\r\n\r\n" + HIDDEN,
          "GET " + PATH + "\r\n\r\n",
          "GET  " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + HIDDEN,
          "G(T " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + HIDDEN,
          "CONNECT other:80 HTTP/1.1\r\nHost: other\r\n\r\n",
          "GET http://[::1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET " + PATH + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
              + "\u0000\u0000\u00ff\u0004\u0000\u0000\u0000\u0000\u0000",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u00ff".repeat(300),
          "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
          GET + "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: ####\r\n\r\n",
          GET + "Connection: Upgrade\r\nUpgrade: cairn-peer\r\n\r\n\u00ff\u00ff",
          "\r\n".repeat(5_000),
          "\n");

  private RawAttacks() {}

  static String pick(Random random) {
    return ATTACKS.get(random.nextInt(ATTACKS.size()));
  }
}
