// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import io.cairn.cluster.ReplicationTransport;
import io.cairn.net.LoopTurn;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/**
 * Carries consensus over the connections with peers, which it finds by where nodes are known to be.
 */
public final class PeerReplicationTransport implements ReplicationTransport {

  private final PeerNetwork network;
  private final LivePeers peers;

  /** Creates it. */
  public PeerReplicationTransport(PeerNetwork network, LivePeers peers) {
    this.network = network;
    this.peers = peers;
  }

  @Override
  public void send(String nodeId, int shard, ByteBuffer frame) {
    URI address = peers.address(nodeId);
    if (address != null) {
      network.send(address, PeerStream.CONSENSUS, shard, frame);
    }
  }

  @Override
  public void letOut() {
    LoopTurn.letOut();
  }

  /** Any node with an address is worth a try: sending is what makes a connection. */
  @Override
  public boolean isReachable(String nodeId) {
    return peers.address(nodeId) != null;
  }

  @Override
  public void receiver(BiConsumer<String, byte[]> receiver) {
    network.handle(
        PeerStream.CONSENSUS,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity from, byte[] payload) {
            peers.learn(from.nodeId(), from.address());
            receiver.accept(from.nodeId(), payload);
          }
        });
  }
}
