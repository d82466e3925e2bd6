// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.launch.exit.HostExit;

/** An application cannot run; the message says why, and what to do, without a stack trace. */
public final class ApplicationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  ApplicationException(String message, int exitCode, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Its files or classes cannot be used. */
  ApplicationException(String message) {
    super(message);
    this.exitCode = HostExit.DATA_UNUSABLE;
  }

  /** What the process ends with, one of {@link HostExit}'s numbers. */
  public int exitCode() {
    return exitCode;
  }
}
