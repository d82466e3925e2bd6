// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.PeerEndpoint;
import io.netty.channel.ChannelPipeline;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The peer network over WebSockets. Give {@link #endpoint()} to the HTTP server before that starts, and
 * call {@link #start} when the node's address is known: until then nobody is connected or accepted.
 */
public final class PeerChannels implements PeerNetwork {
  private final PeerSettings settings;

  /** Makes a network that is not connected with anything yet. */
  public PeerChannels(PeerSettings settings) {
    this.settings = settings;
  }

  /** Returns what the HTTP server hands connections of peers to. */
  public PeerEndpoint endpoint() {
    return new PeerEndpoint() {
      @Override
      public @Nullable HttpResponse refusal(HttpRequest request) {
        return HttpResponse.empty(503);
      }

      @Override
      public void takeOver(ChannelPipeline pipeline, HttpRequest request, boolean certified) {
        var _ = pipeline.close();
      }
    };
  }

  /**
   * Begins to connect and to accept, in the name of the given node.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  public void start(PeerIdentity self) {
    settings.limits();
  }

  @Override
  public void send(URI peer, PeerStream stream, byte[] payload) {}

  @Override
  public CompletableFuture<byte[]> request(
      URI peer, PeerStream stream, byte[] payload, Duration timeout) {
    return CompletableFuture.failedFuture(new PeerUnreachableException("not started", null));
  }

  @Override
  public CompletableFuture<InputStream> download(
      URI peer, PeerStream stream, byte[] request, Duration timeout) {
    return CompletableFuture.failedFuture(new PeerUnreachableException("not started", null));
  }

  @Override
  public void handle(PeerStream stream, PeerHandler handler) {}

  @Override
  public boolean isConnected(URI peer) {
    return false;
  }

  @Override
  public Optional<PeerIdentity> identity(URI peer) {
    return Optional.empty();
  }

  @Override
  public void onDisconnect(Consumer<PeerIdentity> listener) {}

  @Override
  public Map<PeerStream, PeerTraffic> traffic() {
    return Map.of();
  }

  @Override
  public void close() {}
}
