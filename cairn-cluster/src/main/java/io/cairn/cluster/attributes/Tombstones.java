// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides when tombstones are forgotten: after their lifetime, counted from when this node learned
 * of them, and not before this node was, after that, found to have the same in their bucket as
 * every node that is live or was within a lifetime. Whoever could still hold what they removed has
 * then been separated for a lifetime, and is refused by the bucket's horizon when it comes back;
 * and this node refuses nothing that it only had not got yet.
 *
 * <p>Guarded by the committer's lock.
 */
final class Tombstones {

  private static final int MOST_AT_ONCE = 10_000;

  private final EntryStore store;
  private final long lifetimeNanos;
  private final Map<String, Peer> peers = new HashMap<>();
  private final AtomicLong purged = new AtomicLong();

  Tombstones(EntryStore store, long lifetimeNanos) {
    this.store = store;
    this.lifetimeNanos = lifetimeNanos;
  }

  /** What is known of another node. */
  private static final class Peer {
    final long[] equalAt = new long[EntryStore.BUCKETS];
    final boolean[] wasEqual = new boolean[EntryStore.BUCKETS];
    boolean isLive = true;
    long goneAt;

    boolean wasEqualSince(int bucket, long time) {
      return wasEqual[bucket] && equalAt[bucket] - time >= 0;
    }
  }

  void joined(String node) {
    peers.put(node, new Peer());
  }

  void left(String node, long now) {
    Peer peer = peers.get(node);
    if (peer != null) {
      peer.isLive = false;
      peer.goneAt = now;
    }
  }

  /**
   * Takes note that another node has the same in a bucket, but for tombstones that one of the two
   * has forgotten. This node then has all that the other may refuse, and may refuse the same.
   *
   * @param horizon the other's
   */
  void equal(String node, int bucket, long horizon, long now, AttributesDraft draft) {
    Peer peer = peers.get(node);
    if (peer != null) {
      peer.equalAt[bucket] = now;
      peer.wasEqual[bucket] = true;
    }
    draft.raiseHorizon(bucket, horizon);
  }

  /** Forgets what may be forgotten. */
  void purge(long now, AttributesDraft draft) {
    peers.values().removeIf(peer -> !peer.isLive && now - peer.goneAt > lifetimeNanos);
    int count = 0;
    for (Map.Entry<EntryKey, Long> tombstone : store.tombstones().entrySet()) {
      long learned = tombstone.getValue();
      if (now - learned < lifetimeNanos || count >= MOST_AT_ONCE) {
        break;
      }
      AttributeEntry entry = store.get(tombstone.getKey());
      if (entry != null && isKnownEverywhere(EntryStore.bucketOf(entry.keyHash()), learned)) {
        draft.forget(entry);
        count++;
      }
    }
    purged.addAndGet(count);
  }

  private boolean isKnownEverywhere(int bucket, long learned) {
    return peers.values().stream().allMatch(peer -> peer.wasEqualSince(bucket, learned));
  }

  /** Returns how many were forgotten for their age. */
  long purged() {
    return purged.get();
  }
}
