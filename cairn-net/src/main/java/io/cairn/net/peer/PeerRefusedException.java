// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * The other node answered that it will not, or cannot: its handler failed, or never got the
 * request. Or the request was not sent for being larger than any node takes.
 */
public final class PeerRefusedException extends PeerException {
  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param handled whether the other node's handler has seen the request
   */
  public PeerRefusedException(String message, boolean handled) {
    super(message, null, !handled);
  }
}
