// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/** Why connections end, as close frames say it: RFC 6455 section 7.4, and our own from 4400 on. */
final class CloseCode {
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;
  static final int NOT_BINARY = 1003;
  static final int TOO_BIG = 1009;

  /** A frame that makes no sense. */
  static final int MALFORMED = 4400;

  /** The peer has not proved that it belongs here. */
  static final int REFUSED = 4401;

  /** The peer calls itself what another node is called. */
  static final int CLAIMED = 4403;

  /** The other side took too long. */
  static final int TIMED_OUT = 4408;

  /** There is, or will be, another connection between the two. */
  static final int DUPLICATE = 4409;

  /** A node has dialed itself. */
  static final int SELF = 4410;

  /** The peer asks for answers and does not read them. */
  static final int OVERLOADED = 4429;

  private CloseCode() {}
}
