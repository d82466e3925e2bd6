// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

/** A message that no member of ours can have sent. It has no stack trace: it is only counted. */
final class MalformedMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    super(message, null, false, false);
  }

  static void require(boolean valid, String what) throws MalformedMessageException {
    if (!valid) {
      throw new MalformedMessageException("unacceptable " + what);
    }
  }
}
