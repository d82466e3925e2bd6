// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import java.nio.file.Path;

/** Where a host keeps its data. */
final class Sandbox {

  private Sandbox() {}

  /**
   * The directory of one host: its port inside the common directory. A host on a free port has no
   * port that it could find again, so it uses the directory itself.
   */
  static Path directory(ServiceHost.Arguments arguments) {
    Path common =
        arguments.sandbox != null
            ? arguments.sandbox
            : Path.of(System.getProperty("user.home"), ".cairn");
    int port = arguments.port > 0 ? arguments.port : arguments.securePort;
    return (port > 0 ? common.resolve(Integer.toString(port)) : common).toAbsolutePath();
  }
}
