// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;

/** A node without peers: nothing is sent, nobody is reachable. */
final class NodeTransport implements Transport {

  @Override
  public void send(RaftEndpoint target, RaftMessage message) {
    // Consensus copes with lost messages.
  }

  @Override
  public boolean isReachable(RaftEndpoint endpoint) {
    return false;
  }
}
