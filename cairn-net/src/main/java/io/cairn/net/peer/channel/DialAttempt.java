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

  /** There is a connection. */
  void found(PeerConnection connection) {
    if (over.compareAndSet(false, true)) {
      route.dialSucceeded(connection);
    }
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
    if (over.compareAndSet(false, true)) {
      route.dialFailed(kind, reason);
    }
  }

  /** There is none, because this node has dialed itself. */
  void failedOnSelf() {
    if (over.compareAndSet(false, true)) {
      route.dialFailed(null, "this is the node itself");
    }
  }

  /** There will be one, which the peer or another dial makes. */
  void yielded() {
    if (over.compareAndSet(false, true)) {
      route.dialYielded();
    }
  }
}
