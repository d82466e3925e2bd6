// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided but is neither on disk nor visible yet: several changes that share one write,
 * each seeing those before it. Used by one thread.
 */
final class AttributesDraft {

  private final EntryStore store;
  private final String nodeId;
  private final int maxMerged;
  private final List<AttributeEntry> entries = new ArrayList<>();
  private final Map<EntryKey, AttributeEntry> latest = new LinkedHashMap<>();
  private final Map<Integer, Long> horizons = new HashMap<>();
  private final List<AttributeEntry> forgotten = new ArrayList<>();
  private int added;

  /**
   * Begins with nothing decided.
   *
   * @param maxMerged how many entries there may be at most when those of others are merged
   */
  AttributesDraft(EntryStore store, String nodeId, int maxMerged) {
    this.store = store;
    this.nodeId = nodeId;
    this.maxMerged = maxMerged;
  }

  /** What merging did. */
  enum Merge {
    /** It is later than what was known, and was taken. */
    TAKEN,
    /** What is known is later, or the same. */
    KNOWN,
    /** It was removed so long ago that the removal is forgotten; it was removed anew. */
    REFUSED,
    /** There is no room. */
    DROPPED
  }

  @Nullable AttributeEntry current(EntryKey key) {
    AttributeEntry decided = latest.get(key);
    return decided != null ? decided : store.get(key);
  }

  boolean isLive(EntryKey key) {
    AttributeEntry entry = current(key);
    return entry != null && entry.isLive();
  }

  /** Returns the live attributes of a set. */
  List<AttributeEntry> liveAttributesOf(String set) {
    Map<EntryKey, AttributeEntry> found = new LinkedHashMap<>();
    store.attributesOf(set).forEach(entry -> found.put(entry.key(), entry));
    latest.forEach(
        (key, entry) -> {
          if (key.set().equals(set) && key.name() != null) {
            found.put(key, entry);
          }
        });
    return found.values().stream().filter(AttributeEntry::isLive).toList();
  }

  /** Returns how many entries there will be, tombstones included. */
  int size() {
    return store.size() + added;
  }

  /** Puts an entry that is later than the current one. */
  void put(AttributeEntry entry) {
    if (current(entry.key()) == null) {
      added++;
    }
    entries.add(entry);
    latest.put(entry.key(), entry);
  }

  /**
   * Merges an entry of another node. The later of two entries of a key wins. If the key is unknown
   * here, and the entry not younger than the latest tombstone forgotten in its bucket, then its
   * tombstone may be among the forgotten: it is removed anew, for the nodes that still have it, and
   * never comes to life again.
   */
  Merge merge(AttributeEntry entry) {
    AttributeEntry present = current(entry.key());
    if (present != null) {
      if (!entry.isLaterThan(present)) {
        return Merge.KNOWN;
      }
      put(entry);
      return Merge.TAKEN;
    }
    long horizon = horizon(EntryStore.bucketOf(entry.keyHash()));
    boolean isForgotten = entry.version().micros() <= horizon;
    if (isForgotten && !entry.isLive()) {
      return Merge.KNOWN;
    }
    if (size() >= maxMerged) {
      return Merge.DROPPED;
    }
    if (isForgotten) {
      put(AttributeEntry.tombstone(entry.key(), new Version(horizon + 1, nodeId)));
      return Merge.REFUSED;
    }
    put(entry);
    return Merge.TAKEN;
  }

  long horizon(int bucket) {
    return horizons.getOrDefault(bucket, store.horizon(bucket));
  }

  /** Raises the horizon of a bucket; lower values change nothing. */
  void raiseHorizon(int bucket, long micros) {
    if (micros > horizon(bucket)) {
      horizons.put(bucket, micros);
    }
  }

  /** Forgets a tombstone; the horizon of its bucket rises to it. */
  void forget(AttributeEntry tombstone) {
    forgotten.add(tombstone);
    raiseHorizon(EntryStore.bucketOf(tombstone.keyHash()), tombstone.version().micros());
  }

  List<AttributeEntry> entries() {
    return entries;
  }

  Map<Integer, Long> horizons() {
    return horizons;
  }

  List<AttributeEntry> forgotten() {
    return forgotten;
  }

  boolean isEmpty() {
    return entries.isEmpty() && horizons.isEmpty() && forgotten.isEmpty();
  }
}
