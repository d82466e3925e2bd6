// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

/** A connection that can be asked to end in good order. */
interface ServerConnection {

  /** Takes no further requests, answers those that were begun, then closes. Any thread may call it. */
  void drain();

  /** Closes without waiting for anything. Any thread may call it. */
  void closeNow();
}
