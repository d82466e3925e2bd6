// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

/**
 * A leader would have a replica cut entries that it has applied. A replica never un-applies: it
 * stops, and begins anew as another member, with nothing of what it had.
 */
public final class ReplicaDivergedException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which entries
   */
  public ReplicaDivergedException(String message) {
    super(message);
  }
}
