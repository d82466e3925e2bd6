// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Whom to compare with, and when. This node begins one comparison at a time, so that one that has
 * just come does not get everything from everybody at once. Guarded by the committer's lock.
 */
final class Exchanges {

  private final long patienceNanos;
  private final Map<String, Long> dues = new LinkedHashMap<>();
  private @Nullable String partner;
  private long partnerUntil;
  private int requests;
  private boolean isListed;

  /**
   * Has nothing to do yet.
   *
   * @param patienceNanos how long after a sign of life a partner is given up
   */
  Exchanges(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** Asks for a comparison with a node; the earlier of two times counts. */
  void ask(String node, long due) {
    dues.merge(node, due, (a, b) -> a - b < 0 ? a : b);
  }

  void left(String node) {
    dues.remove(node);
    if (node.equals(partner)) {
      partner = null;
    }
  }

  /** Returns whom to begin with now; null if nobody is due or another is not done yet. */
  @Nullable String next(long now) {
    if (partner != null && partnerUntil - now > 0) {
      return null;
    }
    partner = null;
    String found = null;
    for (Map.Entry<String, Long> due : dues.entrySet()) {
      if (due.getValue() - now <= 0) {
        found = due.getKey();
        break;
      }
    }
    if (found != null) {
      dues.remove(found);
      partner = found;
      partnerUntil = now + patienceNanos;
      requests = 0;
      isListed = false;
    }
    return found;
  }

  /**
   * Takes note of a partner's listings.
   *
   * @param requested whether entries were requested for them
   * @param last whether they were the last
   */
  void listed(String node, boolean requested, boolean last, long now) {
    if (node.equals(partner)) {
      partnerUntil = now + patienceNanos;
      requests += requested ? 1 : 0;
      isListed |= last;
      endIfDone();
    }
  }

  /** Takes note of a partner's entries. */
  void answered(String node, boolean last, long now) {
    if (node.equals(partner)) {
      partnerUntil = now + patienceNanos;
      requests -= last ? 1 : 0;
      endIfDone();
    }
  }

  private void endIfDone() {
    if (isListed && requests <= 0) {
      partner = null;
    }
  }

  /** Returns when there is something to do. */
  OptionalLong due() {
    OptionalLong first =
        dues.values().stream().mapToLong(Long::longValue).reduce((a, b) -> a - b < 0 ? a : b);
    if (first.isPresent() && partner != null && partnerUntil - first.getAsLong() > 0) {
      return OptionalLong.of(partnerUntil);
    }
    return first;
  }
}
