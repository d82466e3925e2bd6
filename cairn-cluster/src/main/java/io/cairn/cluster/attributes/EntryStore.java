// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All entries of a node: what readers see and what other nodes are compared with are the same
 * objects. Entries are spread over buckets by the hash of their key; per bucket there is the sum of
 * the entries' hashes, which is equal on two nodes if the entries are, and a horizon: the time of
 * the latest tombstone that was forgotten (see {@link AttributesDraft#merge}).
 *
 * <p>Changed by one thread at a time, which may also read without more ado; {@link #all}, {@link
 * #allOf} and {@link #attribute} are safe for all threads and see the changes of one {@link #apply}
 * all or none.
 */
final class EntryStore {

  static final int BUCKETS = 256;
  private static final int BUCKET_SHIFT = 56;

  private final TreeMap<String, SetEntries> sets = new TreeMap<>();
  private final List<TreeMap<Long, AttributeEntry>> buckets = new ArrayList<>();
  private final long[] sums = new long[BUCKETS];
  private final long[] horizons = new long[BUCKETS];

  /** Tombstones and when this node learned of them, the oldest first. */
  private final LinkedHashMap<EntryKey, Long> tombstones = new LinkedHashMap<>();

  private final AtomicInteger size = new AtomicInteger();
  private volatile int dead;

  EntryStore() {
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(new TreeMap<>());
    }
  }

  /** The entries of one set, its own among them. */
  private static final class SetEntries {
    @Nullable AttributeEntry own;
    final TreeMap<String, AttributeEntry> attributes = new TreeMap<>();
    int liveAttributes;

    boolean isVisible() {
      return liveAttributes > 0 || (own != null && own.isLive());
    }
  }

  static int bucketOf(long keyHash) {
    return (int) (keyHash >>> BUCKET_SHIFT);
  }

  /** Returns the least hash of a bucket. */
  static long firstHash(int bucket) {
    return (long) bucket << BUCKET_SHIFT;
  }

  /** Returns the greatest hash of a bucket. */
  static long lastHash(int bucket) {
    return firstHash(bucket) | ((1L << BUCKET_SHIFT) - 1);
  }

  @Nullable AttributeEntry get(EntryKey key) {
    SetEntries set = sets.get(key.set());
    if (set == null) {
      return null;
    }
    return key.name() == null ? set.own : set.attributes.get(key.name());
  }

  @Nullable AttributeEntry get(long keyHash) {
    return buckets.get(bucketOf(keyHash)).get(keyHash);
  }

  /** Returns the attributes of a set, those that are gone too. */
  Collection<AttributeEntry> attributesOf(String set) {
    SetEntries entries = sets.get(set);
    return entries == null ? List.of() : entries.attributes.values();
  }

  /** Returns the entries of a bucket by hash, from one hash to another, both included. */
  SortedMap<Long, AttributeEntry> range(int bucket, long from, long to) {
    return buckets.get(bucket).subMap(from, true, to, true);
  }

  long sum(int bucket) {
    return sums[bucket];
  }

  /** Returns the horizon of a bucket in microseconds; 0 if nothing was forgotten yet. */
  long horizon(int bucket) {
    return horizons[bucket];
  }

  Map<EntryKey, Long> tombstones() {
    return tombstones;
  }

  /** Returns how many entries there are, tombstones included. */
  int size() {
    return size.get();
  }

  /** Returns how many of them are tombstones. */
  int dead() {
    return dead;
  }

  void forEach(Consumer<AttributeEntry> action) {
    buckets.forEach(bucket -> bucket.values().forEach(action));
  }

  /**
   * Makes what was decided visible.
   *
   * @param now what the ticker says
   * @return what it changed for readers, in order
   */
  synchronized List<AttributeEvent> apply(AttributesDraft draft, long now) {
    List<AttributeEvent> events = new ArrayList<>();
    for (AttributeEntry entry : draft.entries()) {
      put(entry, now, events::add);
    }
    draft.horizons().forEach((bucket, micros) -> horizons[bucket] = micros);
    draft.forgotten().forEach(this::forget);
    return events;
  }

  /** Takes an entry from disk if it is later than what is there. */
  synchronized void load(AttributeEntry entry, long now) {
    AttributeEntry present = get(entry.key());
    if (present == null || entry.isLaterThan(present)) {
      put(entry, now, event -> {});
    }
  }

  /** Takes a horizon from disk, and forgets the bucket's tombstones up to it. */
  synchronized void loadHorizon(int bucket, long micros) {
    horizons[bucket] = Math.max(horizons[bucket], micros);
    List.copyOf(buckets.get(bucket).values()).stream()
        .filter(entry -> !entry.isLive() && entry.version().micros() <= micros)
        .forEach(this::forget);
  }

  private void put(AttributeEntry entry, long now, Consumer<AttributeEvent> events) {
    SetEntries set = sets.computeIfAbsent(entry.key().set(), name -> new SetEntries());
    boolean wasVisible = set.isVisible();
    AttributeEntry previous;
    String name = entry.key().name();
    if (name == null) {
      previous = set.own;
      set.own = entry;
    } else {
      previous = set.attributes.put(name, entry);
      set.liveAttributes += count(entry) - count(previous);
    }
    index(entry, previous, now);
    if (!wasVisible && set.isVisible()) {
      events.accept(new AttributeEvent.SetCreated(entry.key().set()));
    }
    report(entry, previous, events);
    if (wasVisible && !set.isVisible()) {
      events.accept(new AttributeEvent.SetRemoved(entry.key().set()));
    }
  }

  private static int count(@Nullable AttributeEntry entry) {
    return entry != null && entry.isLive() ? 1 : 0;
  }

  private void index(AttributeEntry entry, @Nullable AttributeEntry previous, long now) {
    int bucket = bucketOf(entry.keyHash());
    buckets.get(bucket).put(entry.keyHash(), entry);
    sums[bucket] += entry.hash() - (previous == null ? 0 : previous.hash());
    tombstones.remove(entry.key());
    if (!entry.isLive()) {
      tombstones.put(entry.key(), now);
    }
    dead = tombstones.size();
    size.addAndGet(previous == null ? 1 : 0);
  }

  private static void report(
      AttributeEntry entry, @Nullable AttributeEntry previous, Consumer<AttributeEvent> events) {
    String set = entry.key().set();
    Attribute<?> before = previous == null ? null : previous.attribute();
    Attribute<?> after = entry.attribute();
    if (before == null && after != null) {
      events.accept(new AttributeEvent.Added(set, after));
    } else if (before != null && after == null) {
      events.accept(new AttributeEvent.Removed(set, before));
    } else if (before != null && after != null && !before.equals(after)) {
      events.accept(new AttributeEvent.Replaced(set, after, before));
    }
  }

  private void forget(AttributeEntry tombstone) {
    EntryKey key = tombstone.key();
    SetEntries set = sets.get(key.set());
    AttributeEntry present = get(key);
    if (set == null || present == null || !tombstone.equals(present)) {
      return;
    }
    if (key.name() == null) {
      set.own = null;
    } else {
      set.attributes.remove(key.name());
    }
    if (set.own == null && set.attributes.isEmpty()) {
      sets.remove(key.set());
    }
    int bucket = bucketOf(tombstone.keyHash());
    buckets.get(bucket).remove(tombstone.keyHash());
    sums[bucket] -= tombstone.hash();
    tombstones.remove(key);
    dead = tombstones.size();
    size.decrementAndGet();
  }

  /** Returns all sets, ordered by name. */
  synchronized List<AttributeSet> all() {
    List<AttributeSet> all = new ArrayList<>();
    sets.forEach(
        (name, entries) -> {
          if (entries.isVisible()) {
            all.add(read(name, entries));
          }
        });
    return all;
  }

  synchronized AttributeSet allOf(String name) {
    SetEntries entries = sets.get(name);
    return entries == null || !entries.isVisible() ? AttributeSet.none(name) : read(name, entries);
  }

  synchronized Attribute<?> attribute(String set, String name) {
    SetEntries entries = sets.get(set);
    AttributeEntry entry = entries == null ? null : entries.attributes.get(name);
    Attribute<?> attribute = entry == null ? null : entry.attribute();
    return attribute == null ? Attribute.UNDEFINED : attribute;
  }

  private static AttributeSet read(String name, SetEntries entries) {
    Map<String, Attribute<?>> attributes = new TreeMap<>();
    entries.attributes.forEach(
        (attribute, entry) -> {
          if (entry.attribute() != null) {
            attributes.put(attribute, entry.attribute());
          }
        });
    return new AttributeSet(name, attributes, true);
  }
}
