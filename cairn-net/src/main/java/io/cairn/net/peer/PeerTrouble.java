// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Why this node cannot talk directly with one that it wants to talk with.
 *
 * @param address where it dials
 * @param kind what is wrong
 * @param reason what happened and what to do about it, without a full stop
 * @param over the id of the node over which everything for it goes meanwhile; null if there is none
 */
public record PeerTrouble(URI address, Kind kind, String reason, @Nullable String over) {

  /** What is wrong. */
  public enum Kind {
    /** Nobody answers there. It may be down, or the way to it. */
    UNREACHABLE,
    /**
     * Somebody answers, and one of the two does not believe the other: secrets, certificates,
     * versions.
     */
    REFUSED,
    /** The peer knows a living node by this node's id or address. */
    CLAIMED
  }

  public PeerTrouble over(@Nullable PeerIdentity relay) {
    return new PeerTrouble(address, kind, reason, relay == null ? null : relay.nodeId());
  }

  /** Whether somebody is there, so that waiting alone does not help. */
  public boolean isRefusal() {
    return kind != Kind.UNREACHABLE;
  }
}
