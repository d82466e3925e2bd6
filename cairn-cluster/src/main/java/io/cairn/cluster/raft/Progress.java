// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.raft.message.NodeEndpoint;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a leader knows of the other members. Written on the group's thread, read by any. */
final class Progress {

  private record Known(long match, long contact) {}

  private final Map<String, Known> members = new ConcurrentHashMap<>();

  /** A member has answered; {@code match} is 0 if that says nothing of its log. */
  void answered(String nodeId, long match, long now) {
    Known known = members.get(nodeId);
    long best = known == null ? match : Math.max(match, known.match);
    members.put(nodeId, new Known(best, now));
  }

  /** Returns the index that all these members have; 0 if one has not told. */
  long leastMatch(Collection<String> others) {
    long least = Long.MAX_VALUE;
    for (String other : others) {
      Known known = members.get(other);
      least = Math.min(least, known == null ? 0 : known.match);
    }
    return least;
  }

  void clear() {
    members.clear();
  }

  /** Returns what is known of some members, by node, in their order. */
  Map<String, MemberProgress> of(Collection<NodeEndpoint> others, long now) {
    Map<String, MemberProgress> result = new LinkedHashMap<>(); // messages go out in its order
    for (NodeEndpoint other : others) {
      result.put(other.nodeId(), progress(members.get(other.id()), now));
    }
    return Collections.unmodifiableMap(result);
  }

  private static MemberProgress progress(@Nullable Known known, long now) {
    return known == null
        ? new MemberProgress(0, Long.MAX_VALUE)
        : new MemberProgress(known.match, TimeUnit.NANOSECONDS.toMillis(now - known.contact));
  }
}
