// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of traffic that share a connection. Each has a handler, an order and counters of its
 * own. What is urgent leaves before what is not.
 */
public enum PeerStream {
  /** Who is there. Urgent. */
  MEMBERSHIP(0, true),
  /** Agreement on the log. Urgent. */
  CONSENSUS(1, true),
  /** Administration of groups. */
  CONTROL(2, false),
  /** Requests handed on to the node in charge. */
  FORWARD(3, false),
  /** Messages of applications. */
  APPLICATION(4, false),
  /** Large transfers. */
  BULK(5, false),
  /** Attributes that all nodes share. */
  ATTRIBUTES(6, false),
  /** What is handed on between two nodes that do not reach each other. */
  RELAY(7, false),
  /** The same for what is urgent. */
  RELAY_URGENT(8, true),
  /** What time it is. Urgent, or the answer would be late. */
  CLOCK(9, true);

  private static final PeerStream[] BY_CODE = {
    MEMBERSHIP,
    CONSENSUS,
    CONTROL,
    FORWARD,
    APPLICATION,
    BULK,
    ATTRIBUTES,
    RELAY,
    RELAY_URGENT,
    CLOCK
  };

  private final int code;
  private final boolean urgent;

  PeerStream(int code, boolean urgent) {
    this.code = code;
    this.urgent = urgent;
  }

  /** Returns its name on the wire. */
  public byte code() {
    return (byte) code;
  }

  public static @Nullable PeerStream of(byte code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }

  /** Whether it carries other streams. */
  public boolean isRelay() {
    return this == RELAY || this == RELAY_URGENT;
  }

  /** Whether it is written before streams that are not. */
  public boolean isUrgent() {
    return urgent;
  }
}
