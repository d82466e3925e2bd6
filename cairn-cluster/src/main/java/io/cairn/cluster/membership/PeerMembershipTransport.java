// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import java.net.URI;
import java.util.function.BiConsumer;

/**
 * Membership's messages over the peer channel. The sender of a message is who the connection proved
 * it to be, whatever the message says.
 */
public final class PeerMembershipTransport implements MembershipTransport {

  private final PeerNetwork network;
  private final URI self;

  /**
   * Makes the transport of a node.
   *
   * @param self this node as it presents itself to its peers
   */
  public PeerMembershipTransport(PeerNetwork network, PeerIdentity self) {
    this.network = network;
    this.self = self.address();
  }

  @Override
  public URI self() {
    return self;
  }

  @Override
  public void send(URI peer, byte[] message) {
    network.send(peer, PeerStream.MEMBERSHIP, message);
  }

  @Override
  public boolean isConnected(URI peer, String launchId) {
    return network.identity(peer).filter(id -> id.launchId().equals(launchId)).isPresent();
  }

  @Override
  public void receiver(BiConsumer<URI, byte[]> receiver) {
    network.handle(
        PeerStream.MEMBERSHIP,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity from, byte[] payload) {
            receiver.accept(from.address(), payload);
          }
        });
  }
}
