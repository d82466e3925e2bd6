// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

/** The other side breaks the rules of the connection, which ends with the code. */
public final class FrameViolation extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  public FrameViolation(int code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  int code() {
    return code;
  }
}
