// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/** A proposal, read or change that a group did not complete. The subtypes say what is known. */
public abstract sealed class ReplicationException extends RuntimeException
    permits NotLeaderException,
        OverloadedException,
        DiskFullException,
        OutcomeUnknownException,
        ReplicationTimeoutException,
        MembershipConflictException,
        ReplicaSetStoppedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened
   * @param cause the reason beneath, if any
   */
  protected ReplicationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
