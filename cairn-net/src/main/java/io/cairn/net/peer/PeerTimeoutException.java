// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/** The request was sent, but no answer came in time: its outcome is unknown. */
public final class PeerTimeoutException extends PeerException {
  private static final long serialVersionUID = 1;

  /** Makes one. */
  public PeerTimeoutException(String message) {
    super(message, null, false);
  }
}
