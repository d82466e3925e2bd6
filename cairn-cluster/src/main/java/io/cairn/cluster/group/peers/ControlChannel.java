// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import io.cairn.net.peer.PeerTrouble;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Questions between nodes about groups: small, rare, answered. Safe for all threads. */
public interface ControlChannel {

  /**
   * Asks a node. Never blocks. The future fails if there is no answer in time; then the question
   * may have arrived all the same.
   */
  CompletableFuture<byte[]> request(URI peer, byte[] question, Duration patience);

  /** Returns which nodes cannot be talked with, and why. */
  default List<PeerTrouble> troubles() {
    return List.of();
  }

  /** Sets who answers; called once. */
  void handler(Handler handler);

  /** Answers questions. */
  @FunctionalInterface
  interface Handler {

    /**
     * Answers a question of a peer. It does not block; a failure leaves the peer without answer.
     */
    CompletionStage<byte[]> answer(byte[] question);
  }
}
