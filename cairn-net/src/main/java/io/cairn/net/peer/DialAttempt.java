// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;

/** One try to connect a link; has exactly one outcome, the first. Thread-safe. */
final class DialAttempt {
  private final PeerLink link;
  private final AtomicBoolean over = new AtomicBoolean();

  DialAttempt(PeerLink link) {
    this.link = link;
  }

  URI address() {
    return link.address();
  }

  /** There is a connection. */
  void found(PeerConnection connection) {
    if (over.compareAndSet(false, true)) {
      link.dialSucceeded(connection);
    }
  }

  /** There is none. */
  void failed(String reason) {
    if (over.compareAndSet(false, true)) {
      link.dialFailed(reason);
    }
  }

  /** There will be one, which the peer or another dial makes. */
  void yielded() {
    if (over.compareAndSet(false, true)) {
      link.dialYielded();
    }
  }
}
