// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/** The request was sent, and the connection ended before the answer: its outcome is unknown. */
public final class PeerConnectionLostException extends PeerException {
  private static final long serialVersionUID = 1;

  /** Makes one. */
  public PeerConnectionLostException(String message) {
    super(message, null, false);
  }
}
