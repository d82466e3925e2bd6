// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTrouble;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Questions about groups over the connections with peers. */
public final class PeerControlChannel implements ControlChannel {

  private final PeerNetwork network;

  /** Creates it. */
  public PeerControlChannel(PeerNetwork network) {
    this.network = network;
  }

  @Override
  public CompletableFuture<byte[]> request(URI peer, byte[] question, Duration patience) {
    return network.request(peer, PeerStream.CONTROL, question, patience);
  }

  @Override
  public List<PeerTrouble> troubles() {
    return network.troubles();
  }

  @Override
  public void handler(Handler handler) {
    network.handle(
        PeerStream.CONTROL,
        new PeerHandler() {
          @Override
          public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
            return handler.answer(payload);
          }
        });
  }
}
