// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Shows a script to pages in browsers. */
@Needs(read = Access.OPEN, write = Access.GRANTED)
final class ScriptService extends StatelessService {
  private static final String NAME = "ws-service-lib.js";

  private final String script;

  private ScriptService(String script) {
    this.script = script;
    toggleOption(ServiceOption.CORE, true);
  }

  /** The script by which pages serve services over a WebSocket. */
  static ScriptService forWebSockets() {
    try (InputStream in = ScriptService.class.getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException(NAME + " is missing beside the classes");
      }
      return new ScriptService(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handleGet(Operation get) {
    get.setContentType("text/javascript; charset=utf-8")
        .addResponseHeader("cache-control", "max-age=3600")
        .addResponseHeader("cross-origin-resource-policy", "cross-origin")
        .setBodyNoCloning(script)
        .complete();
  }
}
