// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * The other node answered that it will not, or cannot: its handler failed, or never got the
 * request. Or the request was not sent for being larger than any node takes.
 */
public final class PeerRefusedException extends PeerException {
  private static final long serialVersionUID = 1;

  private final boolean handled;

  /**
   * Makes one.
   *
   * @param handled whether the other node's handler has seen the request
   */
  public PeerRefusedException(String message, boolean handled) {
    super(message, null);
    this.handled = handled;
  }

  /** Whether the other node was too busy, or had no handler, so that nothing was begun. */
  @Override
  public boolean isCertainlyNotExecuted() {
    return !handled;
  }
}
