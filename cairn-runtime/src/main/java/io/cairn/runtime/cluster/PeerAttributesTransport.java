// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.attributes.AttributesTransport;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import java.net.URI;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Messages about attributes over the peer channel. The sender of a message is who the connection
 * proved it to be.
 */
public final class PeerAttributesTransport implements AttributesTransport {

  private final PeerNetwork network;
  private final Function<String, @Nullable URI> addresses;

  /**
   * Makes a transport.
   *
   * @param addresses where a node is reached, by its id; null if that is not known
   */
  public PeerAttributesTransport(PeerNetwork network, Function<String, @Nullable URI> addresses) {
    this.network = network;
    this.addresses = addresses;
  }

  @Override
  public void send(String nodeId, byte[] message) {
    URI address = addresses.apply(nodeId);
    if (address != null) {
      network.send(address, PeerStream.ATTRIBUTES, message);
    }
  }

  @Override
  public void receiver(BiConsumer<String, byte[]> receiver) {
    network.handle(
        PeerStream.ATTRIBUTES,
        new PeerHandler() {
          @Override
          public void message(PeerIdentity from, byte[] payload) {
            receiver.accept(from.nodeId(), payload);
          }
        });
  }
}
