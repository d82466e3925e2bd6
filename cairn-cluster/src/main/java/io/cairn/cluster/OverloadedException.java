// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/** Too much is in flight in the replica set; nothing was accepted. Try again a little later. */
public final class OverloadedException extends ReplicationException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened
   * @param cause the reason beneath, if any
   */
  public OverloadedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
