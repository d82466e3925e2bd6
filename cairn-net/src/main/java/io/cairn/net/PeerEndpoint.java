// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.ChannelPipeline;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections over that other nodes open on {@link #PATH}. Its methods run on the
 * connection's event loop.
 */
public interface PeerEndpoint {
  /** Where other nodes open their connections. */
  String PATH = "/core/peer";

  /** What the connection is upgraded to. */
  String PROTOCOL = "cairn-peer";

  /** Somebody wanted another protocol there, as nodes of earlier versions do, and was refused. */
  void outdated(SocketAddress remote);

  /**
   * Judges an upgrade request whose form is right.
   *
   * @return how to refuse it, or null to take the connection over
   */
  @Nullable HttpResponse refusal(HttpRequest request);

  /**
   * Appends its handlers. What they read from then on is what follows the request; the answer that
   * switches protocols has been written.
   *
   * @param certified whether client certificates on this listener come from authorities that were
   *     chosen for it, so that a verified one says something about the peer
   */
  void takeOver(ChannelPipeline pipeline, HttpRequest request, boolean certified);
}
