// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request to another node has failed. The kind tells what is known of its effect. */
public abstract sealed class PeerException extends IOException
    permits PeerUnreachableException,
        PeerQueueFullException,
        PeerTimeoutException,
        PeerConnectionLostException,
        PeerRefusedException {
  private static final long serialVersionUID = 1;

  private final boolean certainlyNotExecuted;

  PeerException(String message, @Nullable Throwable cause, boolean certainlyNotExecuted) {
    super(message, cause);
    this.certainlyNotExecuted = certainlyNotExecuted;
  }

  /** Whether it is certain that the other node has not begun the request. */
  public final boolean isCertainlyNotExecuted() {
    return certainlyNotExecuted;
  }
}
