// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

import java.util.concurrent.CancellationException;

/**
 * Nobody waits for the outcome any more, so nothing was begun, or what was begun is given up.
 * Thrown by thousands when a client takes thousands of requests back, hence without a trace.
 */
public final class NobodyWaitsException extends CancellationException {
  private static final long serialVersionUID = 1;

  public NobodyWaitsException() {
    super("Nobody waits for the answer any more");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
