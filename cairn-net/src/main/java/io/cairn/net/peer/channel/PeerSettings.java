// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static io.cairn.net.Ranges.atLeast;

import io.cairn.net.NetClock;
import io.cairn.net.Shards;
import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerTimings;
import io.cairn.net.tls.ReloadingTls;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a node meets others.
 *
 * @param secret what every node of the cluster knows and nobody else, and each peer must prove that
 *     it knows; null for nothing
 * @param tls with what {@code https} peers are dialed; whoever opened it closes it. Without it they
 *     cannot be reached
 * @param insecurePeers whether peers that prove nothing are accepted from anywhere
 * @param limits what connections may cost
 * @param timings how patient connections are
 * @param eventLoops how many threads serve the control lanes that this node opens
 * @param shards the shards that have a lane to each peer; whoever made them closes them
 * @param loopback which addresses count as this machine
 * @param reaches which addresses can be dialed; a test cuts links with it
 * @param clock the time of day
 * @param nanoTime tells how long a trouble lasts
 */
@RecordBuilder
public record PeerSettings(
    @Nullable PeerSecret secret,
    @Nullable ReloadingTls tls,
    boolean insecurePeers,
    PeerLimits limits,
    PeerTimings timings,
    int eventLoops,
    Shards shards,
    Predicate<SocketAddress> loopback,
    Predicate<URI> reaches,
    InstantSource clock,
    LongSupplier nanoTime)
    implements PeerSettingsBuilder.With {

  /** Checks the values; a refusal names the key. */
  public PeerSettings {
    atLeast("eventLoops", eventLoops, 1);
  }

  /** Returns settings without a secret, with the JVM's trust, for loopback peers only. */
  public static PeerSettings defaults() {
    return PeerSettingsBuilder.builder()
        .limits(PeerLimits.defaults())
        .timings(PeerTimings.defaults())
        .eventLoops(Math.min(4, Runtime.getRuntime().availableProcessors()))
        .shards(Shards.none())
        .loopback(
            address ->
                address instanceof InetSocketAddress inet
                    && inet.getAddress() != null
                    && inet.getAddress().isLoopbackAddress())
        .reaches(address -> true)
        .clock(NetClock.timeOfDay())
        .nanoTime(NetClock::nanoTime)
        .build();
  }
}
