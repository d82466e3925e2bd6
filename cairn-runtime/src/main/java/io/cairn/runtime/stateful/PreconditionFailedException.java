// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

/** A condition that the request or the service set on an update does not hold. */
final class PreconditionFailedException extends RuntimeException {

  private final int status;
  private final int errorCode;

  PreconditionFailedException(int status, int errorCode, String message) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  int status() {
    return status;
  }

  int errorCode() {
    return errorCode;
  }
}
