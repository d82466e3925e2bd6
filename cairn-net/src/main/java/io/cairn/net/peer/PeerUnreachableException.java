// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import org.jspecify.annotations.Nullable;

/** The request was certainly not sent: there is no connection, or the peer was refused. */
public final class PeerUnreachableException extends PeerException {
  private static final long serialVersionUID = 1;

  /** Makes one. */
  public PeerUnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause, true);
  }
}
