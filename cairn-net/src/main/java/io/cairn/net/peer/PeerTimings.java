// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import static io.cairn.net.Ranges.require;
import static io.cairn.net.Ranges.time;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record PeerTimings(
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration pingInterval,
    Duration deadAfter,
    Duration backoffMin,
    Duration backoffMax)
    implements PeerTimingsBuilder.With {

  /** Checks that every time is positive and that there is time for an answer to a ping. */
  public PeerTimings {
    time("connectTimeout", connectTimeout);
    time("handshakeTimeout", handshakeTimeout);
    time("pingInterval", pingInterval);
    time("backoffMin", backoffMin);
    time("backoffMax", backoffMax);
    require(
        deadAfter.compareTo(pingInterval.multipliedBy(2)) >= 0,
        "deadAfter",
        "at least twice pingInterval");
  }

  /** Returns the timings that hold unless others are given. */
  public static PeerTimings defaults() {
    return PeerTimingsBuilder.builder()
        .connectTimeout(Duration.ofSeconds(2))
        .handshakeTimeout(Duration.ofSeconds(5))
        .pingInterval(Duration.ofSeconds(1))
        .deadAfter(Duration.ofSeconds(3))
        .backoffMin(Duration.ofMillis(100))
        .backoffMax(Duration.ofSeconds(1))
        .build();
  }
}
