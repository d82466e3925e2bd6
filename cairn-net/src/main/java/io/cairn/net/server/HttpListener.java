// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static java.util.Objects.requireNonNull;

import io.cairn.net.tls.ReloadingTls;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host name or address of the interface
 * @param port the port; 0 picks a free one
 * @param tls how to encrypt, to be closed by whoever opened it; null for plain sockets
 * @param peersOnly whether it serves nothing but the connections of other nodes. If any listener of
 *     a server does, the others do not serve those
 */
public record HttpListener(String host, int port, @Nullable ReloadingTls tls, boolean peersOnly) {

  /** Makes one that serves clients. */
  public HttpListener(String host, int port, @Nullable ReloadingTls tls) {
    this(host, port, tls, false);
  }

  /** Checks the port. */
  public HttpListener {
    requireNonNull(host, "host");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must lie between 0 and 65535, was " + port);
    }
  }
}
