// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import java.util.concurrent.atomic.AtomicInteger;

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
}
