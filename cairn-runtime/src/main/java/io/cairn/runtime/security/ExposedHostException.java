// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.net.LoopbackNames;
import io.cairn.service.ServiceHost;

/** A host would let everybody who reaches its port do everything, and nobody has said so. */
public final class ExposedHostException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private ExposedHostException(String message) {
    super(message);
  }

  /**
   * Refuses settings by which other machines reach a host and need not say who they are.
   *
   * @throws ExposedHostException that says what to do
   */
  public static void check(ServiceHost.Arguments host) {
    if (!host.security.insecureClients
        && !host.security.isAuthorizationEnabled
        && !LoopbackNames.contains(host.bindAddress)
        && !demandsCertificates(host)) {
      throw new ExposedHostException(
          ("--bindAddress=%s lets other machines in, and every client may do everything. Say"
                  + " --isAuthorizationEnabled=true, or listen on 127.0.0.1, or demand client certificates (--port=-1 --securePort=8443"
                  + " --sslClientAuthMode=need), or put a proxy that authenticates in front and say"
                  + " --insecureClients=true")
              .formatted(host.bindAddress));
    }
  }

  private static boolean demandsCertificates(ServiceHost.Arguments host) {
    return host.port < 0 && host.securePort >= 0 && host.sslClientAuthMode.equals("NEED");
  }
}
