// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A change of members was refused, certainly without effect: another change came first or is under
 * way, or the change makes no sense for the present members.
 */
public final class MembershipConflictException extends ReplicationException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong
   * @param cause the reason beneath, if any
   */
  public MembershipConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
