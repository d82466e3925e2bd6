// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The connections whose peers have not proven themselves yet. Those of each kind share as many
 * places; when they are taken, the one that has had its place for the longest time makes way, and
 * never one of another kind: who opens connections and says nothing keeps out others who do so too,
 * and nobody who says at once who it is. An honest peer needs its place for a moment. Thread-safe;
 * guarded by this.
 */
final class Unproven {

  /** What is known of a peer that has not proven itself. */
  enum Kind {
    /** Nothing. */
    SILENT,
    /** What it says of itself. */
    GREETED,
    /** It knows the cluster's secret, by its knock, or has a certificate that vouches for it. */
    EXPECTED
  }

  private final Map<Kind, SequencedSet<AcceptorHandshake>> places = new EnumMap<>(Kind.class);

  Unproven() {
    for (Kind kind : Kind.values()) {
      places.put(kind, new LinkedHashSet<>());
    }
  }

  /**
   * Gives a handshake a place, and takes that which it had.
   *
   * @param limit how many places its kind has
   */
  void enter(Kind kind, AcceptorHandshake handshake, int limit) {
    AcceptorHandshake oldest = null;
    synchronized (this) {
      leave(handshake);
      SequencedSet<AcceptorHandshake> peers = places(kind);
      if (peers.size() >= limit) {
        oldest = peers.removeFirst();
      }
      peers.add(handshake);
    }
    if (oldest != null) {
      oldest.makeWay();
    }
  }

  /** Takes a handshake's place, if it has one. */
  synchronized void leave(AcceptorHandshake handshake) {
    places.values().forEach(peers -> peers.remove(handshake));
  }

  synchronized int count(Kind kind) {
    return places(kind).size();
  }

  private SequencedSet<AcceptorHandshake> places(Kind kind) {
    SequencedSet<AcceptorHandshake> peers = places.get(kind);
    if (peers == null) {
      throw new IllegalStateException("no places for " + kind);
    }
    return peers;
  }
}
