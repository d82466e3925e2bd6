// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import java.io.IOException;

/** A request to another server that brought no usable answer. */
public sealed class WebClientException extends IOException {
  private static final long serialVersionUID = 1L;

  WebClientException(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no connection: the server has certainly not seen the request. */
  public static final class ConnectFailed extends WebClientException {
    private static final long serialVersionUID = 1L;

    ConnectFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The answer did not arrive in time: the server may have seen the request. */
  public static final class TimedOut extends WebClientException {
    private static final long serialVersionUID = 1L;

    TimedOut(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The answer's body is larger than the client takes: the server has handled the request. */
  public static final class ResponseTooLarge extends WebClientException {
    private static final long serialVersionUID = 1L;

    ResponseTooLarge(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
