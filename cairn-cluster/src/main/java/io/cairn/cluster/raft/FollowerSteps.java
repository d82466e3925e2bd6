// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import java.util.HashMap;
import java.util.Map;

/**
 * Spares a leader a round trip for each index that a follower lacks.
 *
 * <p>The engine looks for the place where a follower's log equals the leader's by going back one
 * index for each refusal. A refusal tells where the follower's log ends and up to where it is
 * committed, so the indexes between are refused here, at once, in the follower's name. Within what
 * the follower has beyond its committed entries the steps double, and never go below these, which
 * always match. Used on the replica set's thread.
 */
final class FollowerSteps {

  /** So many refusals without a match call for a snapshot. */
  private static final int FUTILE = 50;

  private static final class Search {
    long target;
    int within;
    int refusals;
  }

  private final Map<String, Search> searches = new HashMap<>();

  /**
   * A follower has refused an append.
   *
   * @param previous the index that did not match
   * @param lastIndex where the follower's log ends
   * @param sure up to where it is known to match: what it has committed, and what it has told
   *     since, for a refusal may be late
   * @return whether it has refused so often that only a snapshot may help
   */
  boolean refused(String nodeId, long previous, long lastIndex, long sure) {
    Search search = searches.computeIfAbsent(nodeId, _ -> new Search());
    if (previous > lastIndex) {
      search.target = Math.max(sure, lastIndex);
    } else {
      long step = 1L << Math.min(search.within++, 30);
      search.target = Math.max(sure, previous - step);
    }
    return ++search.refusals % FUTILE == 0;
  }

  /** Tells whether the follower is sure to refuse an append that follows on an index. */
  boolean wouldRefuse(String nodeId, long previous) {
    Search search = searches.get(nodeId);
    return search != null && previous > search.target;
  }

  /** A follower has taken an append, or a snapshot. */
  void matched(String nodeId) {
    searches.remove(nodeId);
  }

  /** This node leads anew, or no more. */
  void clear() {
    searches.clear();
  }
}
