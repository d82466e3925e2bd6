// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;

/** A connection that can be asked to end in good order. */
interface ServerConnection {

  /**
   * Takes no further requests, answers those that were begun, then closes. Any thread may call it.
   */
  void drain();

  /**
   * Ends, if no request has come for that long and {@code wanted} still asks for connections to
   * end: each counts it down by one. Any thread may call it.
   */
  void makeRoom(long restNanos, AtomicInteger wanted);

  /** Closes without waiting for anything. Any thread may call it. */
  void closeNow();

  /** Logs why a connection ends: that its client broke it is nothing to warn of. */
  static void logFailure(Logger log, Channel channel, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      log.debug("Connection of {} failed", channel.remoteAddress(), cause);
    } else {
      log.warn("Closing the connection of {}", channel.remoteAddress(), cause);
    }
  }
}
