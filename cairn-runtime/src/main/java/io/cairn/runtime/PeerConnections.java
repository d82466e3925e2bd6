// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.net.peer.channel.PeerSecret;
import io.cairn.net.peer.channel.PeerSettings;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.rest.HostListeners;
import io.cairn.service.HostRuntime;
import io.cairn.service.ServiceHost;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the settings of connections between nodes. */
final class PeerConnections {

  private static final Set<String> SCHEMES = Set.of("http", "https");

  private PeerConnections() {}

  /** A network that is not connected yet; its shards have a lane to each peer. */
  static PeerChannels of(
      HostSettings settings,
      HostThreads threads,
      HostListeners listeners,
      HostRuntime.@Nullable Surroundings surroundings) {
    return new PeerChannels(
        PeerSettings.defaults()
            .with(
                it ->
                    it.secret(PeerSecret.of(settings.clusterSecret()))
                        .insecurePeers(settings.insecurePeers())
                        .tls(listeners.tls())
                        .shards(threads.shards())
                        .reaches(surroundings == null ? peer -> true : surroundings::reaches)));
  }

  /**
   * The configured peers, without their paths.
   *
   * @throws IllegalArgumentException if one is no URI of a host
   */
  static List<URI> peers(HostSettings settings) {
    List<URI> peers = new ArrayList<>();
    for (String text : settings.peerNodes()) {
      URI uri = URI.create(text.strip());
      if (uri.getHost() == null || !SCHEMES.contains(String.valueOf(uri.getScheme()))) {
        throw new IllegalArgumentException(
            "peerNodes names '%s', which is not like http://host:port".formatted(text));
      }
      int port = uri.getPort() < 0 ? ServiceHost.DEFAULT_PORT : uri.getPort();
      String host = uri.getHost().toLowerCase(Locale.ROOT);
      peers.add(URI.create("%s://%s:%d".formatted(uri.getScheme(), host, port)));
    }
    return peers;
  }
}
