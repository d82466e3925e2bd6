// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/** The group was stopped or its node has failed; nothing was accepted. */
public final class ReplicaSetStoppedException extends ReplicationException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened
   * @param cause the reason beneath, if any
   */
  public ReplicaSetStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
