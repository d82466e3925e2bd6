// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.io.IOException;

/** The rest of a body that is read as it arrives does not come, and the client is to blame. */
public final class RequestBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Creates a failure.
   *
   * @param status what the request is to be answered with, if anybody is still there
   */
  public RequestBodyException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns the status that the request is to be answered with. */
  public int status() {
    return status;
  }
}
