// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

/** Why connections end, as {@link FrameKind#CLOSE} says it. */
public final class CloseCode {
  /** It just broke off. Never sent. */
  public static final int NONE = 0;

  /** The node stops. */
  public static final int GOING_AWAY = 1;

  /** A frame is larger than this side takes. */
  public static final int TOO_BIG = 2;

  /** A frame that makes no sense. */
  public static final int MALFORMED = 3;

  /** The peer has not proved that it belongs here. */
  public static final int REFUSED = 4;

  /** The peer calls itself what another node is called. */
  public static final int CLAIMED = 5;

  /** The other side took too long. */
  public static final int TIMED_OUT = 6;

  /** There is, or will be, another connection between the two. */
  public static final int DUPLICATE = 7;

  /** A node has dialed itself. */
  public static final int SELF = 8;

  /** The peer asks for answers and does not read them. */
  public static final int OVERLOADED = 9;

  private CloseCode() {}
}
