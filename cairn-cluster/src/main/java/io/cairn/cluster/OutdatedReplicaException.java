// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

/**
 * Another member knows a later start of this node: its disk was set back, or is a copy of one that
 * is, or was, in use elsewhere. What it has forgotten it may have promised, so it takes part in
 * nothing.
 */
public final class OutdatedReplicaException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message who knows what
   */
  public OutdatedReplicaException(String message) {
    super(message);
  }
}
