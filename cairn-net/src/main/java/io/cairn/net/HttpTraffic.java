// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.List;

/**
 * What an HTTP server does and has done since it started.
 *
 * @param connections how many connections of clients are open
 * @param refusedConnections how many were turned away because too many were open
 * @param answers how many answers were given with a status from 100, 200, 300, 400 and 500 on, in
 *     this order; the head of a stream is an answer
 * @param eventStreams how many event streams and WebSockets are open
 * @param heldBodyBytes bytes of request bodies that are held, as far as they count
 * @param unreadAnswerBytes bytes of answers and events that clients have not read, as far as they
 *     count
 */
public record HttpTraffic(
    int connections,
    long refusedConnections,
    List<Long> answers,
    int eventStreams,
    long heldBodyBytes,
    long unreadAnswerBytes) {

  /** A server that has not started. */
  public static final HttpTraffic NONE =
      new HttpTraffic(0, 0, List.of(0L, 0L, 0L, 0L, 0L), 0, 0, 0);
}
