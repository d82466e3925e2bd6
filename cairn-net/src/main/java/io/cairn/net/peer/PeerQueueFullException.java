// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/** The request was certainly not sent: too much waits already to be sent to that peer. */
public final class PeerQueueFullException extends PeerException {
  private static final long serialVersionUID = 1;

  /** Makes one. */
  public PeerQueueFullException(String message) {
    super(message, null);
  }

  @Override
  public boolean isCertainlyNotExecuted() {
    return true;
  }
}
