// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/** A read or wait was not served in time; nothing was changed by it. */
public final class ReplicationTimeoutException extends ReplicationException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was waited for
   * @param cause the reason beneath, if any
   */
  public ReplicationTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
