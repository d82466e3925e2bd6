// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * The kinds of traffic that share a connection. Each has a handler, an order and counters of its own.
 * What is urgent leaves before what is not.
 */
public enum PeerStream {
  /** Who is there. Urgent. */
  MEMBERSHIP(true),
  /** Agreement on the log. Urgent. */
  CONSENSUS(true),
  /** Administration of groups. */
  CONTROL(false),
  /** Requests handed on to the node in charge. */
  FORWARD(false),
  /** Messages and attributes of applications. */
  APPLICATION(false),
  /** Large transfers. */
  BULK(false);

  private final boolean urgent;

  PeerStream(boolean urgent) {
    this.urgent = urgent;
  }

  /** Whether it is written before streams that are not. */
  public boolean isUrgent() {
    return urgent;
  }
}
