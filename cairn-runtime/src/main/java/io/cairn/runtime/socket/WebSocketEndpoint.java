// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;

/** Tells those who come to where WebSockets are opened, and do not ask for one. */
@Needs(read = Access.OPEN, write = Access.KNOWN)
final class WebSocketEndpoint extends StatelessService {
  private static final int UPGRADE_REQUIRED = 426;

  WebSocketEndpoint() {
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    get.addResponseHeader("upgrade", "websocket");
    get.fail(
        UPGRADE_REQUIRED,
        new IllegalStateException(
            "WebSockets are opened here: send Upgrade: websocket over HTTP/1.1"),
        null);
  }
}
