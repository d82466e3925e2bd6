// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerTrouble;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;

/** One try to connect a route; has exactly one outcome, the first. Thread-safe. */
final class DialAttempt {
  private final PeerRoute route;
  private final AtomicBoolean over = new AtomicBoolean();

  DialAttempt(PeerRoute route) {
    this.route = route;
  }

  URI address() {
    return route.address();
  }

  /** Returns which lane is dialed. */
  int lane() {
    return route.lane();
  }

  /** There is a connection. */
  void found(PeerConnection connection) {
    end(() -> route.dialSucceeded(connection));
  }

  /** There is none, because nobody answers. */
  void failed(String reason) {
    failed(PeerTrouble.Kind.UNREACHABLE, reason);
  }

  /**
   * There is none.
   *
   * @param reason what happened and what to do
   */
  void failed(PeerTrouble.Kind kind, String reason) {
    end(() -> route.dialFailed(kind, reason));
  }

  /** There is none, because this node has dialed itself. */
  void failedOnSelf() {
    end(() -> route.dialFailed(null, "this is the node itself"));
  }

  /** There will be one, which the peer or another dial makes. */
  void yielded() {
    end(route::dialYielded);
  }

  private void end(Runnable outcome) {
    if (over.compareAndSet(false, true)) {
      outcome.run();
    }
  }
}
