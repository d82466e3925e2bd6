// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerTrouble;
import java.util.List;
import java.util.Locale;

/** What a host sends to other nodes and hears from them. Thread-safe. */
public final class PeerMetrics implements MetricSource {
  private static final double NANOS = 1e9;

  private final PeerNetwork peers;

  /** Shows the traffic of a network. */
  public PeerMetrics(PeerNetwork peers) {
    this.peers = peers;
  }

  @Override
  public void addTo(MetricSamples samples) {
    samples.add(HostMetric.PEER_CONNECTIONS, peers.connectionCount());
    samples.add(HostMetric.PEER_CLOCK_SKEWS, peers.clockSkews().size());
    List<PeerTrouble> troubles = peers.troubles();
    for (PeerTrouble.Kind kind : PeerTrouble.Kind.values()) {
      samples.add(
          HostMetric.PEER_TROUBLES,
          troubles.stream().filter(trouble -> trouble.kind() == kind).count(),
          name(kind));
    }
    peers
        .roundTrips()
        .forEach((node, nanos) -> samples.add(HostMetric.PEER_ROUND_TRIP, nanos / NANOS, node));
    peers
        .traffic()
        .forEach(
            (stream, carried) -> {
              samples.add(HostMetric.PEER_SENT, carried.sentBytes(), name(stream));
              samples.add(HostMetric.PEER_RECEIVED, carried.receivedBytes(), name(stream));
              samples.add(HostMetric.PEER_SENT_FRAMES, carried.sentFrames(), name(stream));
              samples.add(HostMetric.PEER_RECEIVED_FRAMES, carried.receivedFrames(), name(stream));
              samples.add(HostMetric.PEER_DROPPED, carried.dropped(), name(stream));
            });
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
