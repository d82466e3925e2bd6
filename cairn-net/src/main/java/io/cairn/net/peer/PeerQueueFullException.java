// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * The request was certainly not sent to that peer: too much waits already to be sent to it, here or
 * at the node over which it is reached.
 */
public final class PeerQueueFullException extends PeerException {
  private static final long serialVersionUID = 1;

  /** Makes one. */
  public PeerQueueFullException(String message) {
    super(message, null, true);
  }
}
