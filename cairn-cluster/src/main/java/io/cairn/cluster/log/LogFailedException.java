// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The log has failed or was closed and takes nothing more; what was not flushed may be lost. */
public final class LogFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened
   * @param cause the first failure, if any
   */
  public LogFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
