// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import java.net.BindException;

/** Another process listens on a port that a host is to have. */
final class TakenPortException extends BindException {
  private static final long serialVersionUID = 1L;

  private final int port;

  TakenPortException(int port, String reason) {
    super(reason);
    this.port = port;
  }

  int port() {
    return port;
  }
}
