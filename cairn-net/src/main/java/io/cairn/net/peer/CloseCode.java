// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/** Why connections end, as {@link FrameKind#CLOSE} says it. */
final class CloseCode {
  /** It just broke off. Never sent. */
  static final int NONE = 0;

  /** The node stops. */
  static final int GOING_AWAY = 1;

  /** A frame is larger than this side takes. */
  static final int TOO_BIG = 2;

  /** A frame that makes no sense. */
  static final int MALFORMED = 3;

  /** The peer has not proved that it belongs here. */
  static final int REFUSED = 4;

  /** The peer calls itself what another node is called. */
  static final int CLAIMED = 5;

  /** The other side took too long. */
  static final int TIMED_OUT = 6;

  /** There is, or will be, another connection between the two. */
  static final int DUPLICATE = 7;

  /** A node has dialed itself. */
  static final int SELF = 8;

  /** The peer asks for answers and does not read them. */
  static final int OVERLOADED = 9;

  private CloseCode() {}
}
