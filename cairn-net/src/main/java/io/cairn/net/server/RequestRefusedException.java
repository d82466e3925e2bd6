// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

/** A request that must be answered with an error and not be handled. Carries no stack trace. */
final class RequestRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RequestRefusedException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static RequestRefusedException malformed(String message) {
    return new RequestRefusedException(400, message);
  }

  static RequestRefusedException bodyTooLarge(long limit) {
    return new RequestRefusedException(413, "The body is larger than " + limit + " bytes");
  }

  int status() {
    return status;
  }

  /** Returns the text for the client. */
  String text() {
    return String.valueOf(getMessage());
  }
}
