// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.elsewhere;

import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.peers.Peers;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Has nodes search what they hold. Thread-safe.
 *
 * @param self this node, which may come to hold what it asked others for
 * @param own searches what this node holds
 * @param ids gives ids that nobody has had
 * @param clock says when to try no more
 */
public record OtherNodes(
    Peers peers, String self, PeerSearches own, Supplier<String> ids, HostClock clock) {

  /** So long an answer is waited for; a node works less long on it. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * Asks a node.
   *
   * @return fails with an exception of {@code io.cairn.net.peer} if the node cannot be asked
   */
  public CompletionStage<PeerFound> ask(String node, PeerSearch request) {
    byte[] bytes = PeerSearch.encode(request);
    CompletionStage<byte[]> answer =
        node.equals(self) ? own.answer(bytes) : peers.request(node, bytes, LIMIT);
    return answer.thenApply(PeerFound::decode);
  }
}
