// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What made a future fail. */
public final class FailedFuture {
  private FailedFuture() {}

  /** Returns what was thrown first, without what futures put around it on its way. */
  public static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
