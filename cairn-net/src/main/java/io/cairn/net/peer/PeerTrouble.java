// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.net.URI;

/**
 * Why this node cannot talk directly with one that it wants to talk with.
 *
 * @param address where it dials
 * @param kind what is wrong
 * @param reason what happened and what to do about it, without a full stop
 */
public record PeerTrouble(URI address, Kind kind, String reason) {

  /** What is wrong. */
  public enum Kind {
    /** Nobody answers there. It may be down, or the way to it. */
    UNREACHABLE,
    /** Somebody answers, and one of the two does not believe the other: secrets, certificates, versions. */
    REFUSED,
    /** The peer knows a living node by this node's id or address. */
    CLAIMED
  }

  /** Whether somebody is there, so that waiting alone does not help. */
  public boolean isRefusal() {
    return kind != Kind.UNREACHABLE;
  }
}
