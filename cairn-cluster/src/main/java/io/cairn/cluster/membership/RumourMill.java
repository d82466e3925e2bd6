// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Table;
import io.scalecube.cluster.membership.MemberStatus;
import java.net.URI;
import java.util.function.IntSupplier;

/**
 * Keeps nodes that start together from telling each other what all of them learn anyway. The
 * library starts a rumour for whatever it reads in a table; n nodes that meet would start n times
 * n, each of which goes to all n. A member is worth a rumour to the node that it introduced itself
 * to, and for every member there are some more nodes that start one, chosen by hash. What a node
 * says of itself, suspicions and good-byes are always told. Confined to the protocol's thread.
 */
final class RumourMill {

  private static final int REMEMBERED = 4096;

  /** Nodes that on average start a rumour of a member which did not introduce itself to them. */
  private static final int TELLERS = 2;

  /** Spreads hash codes that differ little. */
  private static final int SPREAD = 0x9E3779B9;

  private final String launchId;
  private final IntSupplier others;
  private final RecentMap<String, Boolean> introduced = new RecentMap<>(REMEMBERED);

  /**
   * Makes the judge of a node's own rumours.
   *
   * @param launchId this node's launch
   * @param others how many others it knows
   */
  RumourMill(String launchId, IntSupplier others) {
    this.launchId = launchId;
    this.others = others;
  }

  /** Notes who says of itself that it is there. */
  void introduced(URI from, Table table) {
    String address = from.toString();
    for (Claim claim : table.claims()) {
      if (claim.launch().address().equals(address)) {
        introduced.put(claim.launch().launchId(), true);
      }
    }
  }

  /** Returns whether this node passes the news on. */
  boolean isWorthTelling(News news) {
    String subject = news.claim().launch().launchId();
    if (!news.origin().equals(launchId)
        || subject.equals(launchId)
        || news.claim().status() != MemberStatus.ALIVE
        || introduced.containsKey(subject)) {
      return true;
    }
    int lot = (subject + launchId).hashCode() * SPREAD;
    return Math.floorMod(lot, Math.max(1, others.getAsInt())) < TELLERS;
  }
}
