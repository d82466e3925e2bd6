// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.time.Duration;

/**
 * How patient the connections to other nodes are.
 *
 * @param connectTimeout how long a TCP connection may take
 * @param handshakeTimeout how long the proof of identity may take, TLS included
 * @param pingInterval after so long without writing a ping is sent
 * @param deadAfter after so long without a byte the connection is given up
 * @param backoffMin the pause after the first failure to connect
 * @param backoffMax the longest pause; each is twice the last one, less a random part
 */
public record PeerTimings(
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration pingInterval,
    Duration deadAfter,
    Duration backoffMin,
    Duration backoffMax) {

  /** The timings that hold unless others are given. */
  public static final PeerTimings DEFAULTS =
      new PeerTimings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofMillis(100),
          Duration.ofSeconds(1));

  /** Checks that every time is positive and that there is time for an answer to a ping. */
  public PeerTimings {
    requirePositive("connectTimeout", connectTimeout);
    requirePositive("handshakeTimeout", handshakeTimeout);
    requirePositive("pingInterval", pingInterval);
    requirePositive("backoffMin", backoffMin);
    requirePositive("backoffMax", backoffMax);
    if (deadAfter.compareTo(pingInterval.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("deadAfter must be at least twice pingInterval");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, was " + value);
    }
  }
}
