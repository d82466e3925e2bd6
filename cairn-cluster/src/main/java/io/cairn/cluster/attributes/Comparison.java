// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.attributes.AttributesMessage.Bucket;
import io.cairn.cluster.attributes.AttributesMessage.Digest;
import io.cairn.cluster.attributes.AttributesMessage.Item;
import io.cairn.cluster.attributes.AttributesMessage.Listing;
import io.cairn.cluster.attributes.AttributesMessage.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what two nodes have and the other has not. One sends what its buckets sum up to; the other
 * answers with listings of those that differ; the first sends what is missing or older there, and
 * requests what is missing or older here. Any of these may be lost: it is done again and again.
 * Guarded by the committer's lock.
 */
final class Comparison {

  private final EntryStore store;
  private final Tombstones tombstones;
  private final int maxItems;

  /**
   * Compares a store.
   *
   * @param maxItems most items that a listing can have to fit into a message
   */
  Comparison(EntryStore store, Tombstones tombstones, int maxItems) {
    this.store = store;
    this.tombstones = tombstones;
    this.maxItems = maxItems;
  }

  /** What a listing has shown. */
  record Difference(List<AttributeEntry> toSend, List<Long> toRequest) {}

  Digest digest() {
    List<Bucket> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < EntryStore.BUCKETS; bucket++) {
      buckets.add(new Bucket(store.sum(bucket), store.horizon(bucket)));
    }
    return new Digest(buckets);
  }

  /** Returns listings of the buckets that differ. */
  List<Listing> differing(String from, Digest digest, long now, AttributesDraft draft) {
    List<Listing> listings = new ArrayList<>();
    for (int bucket = 0; bucket < EntryStore.BUCKETS; bucket++) {
      Bucket theirs = digest.buckets().get(bucket);
      if (theirs.sum() == store.sum(bucket)) {
        tombstones.equal(from, bucket, theirs.horizon(), now, draft);
      } else {
        listings.addAll(listings(bucket));
      }
    }
    return listings;
  }

  private List<Listing> listings(int bucket) {
    long from = EntryStore.firstHash(bucket);
    long last = EntryStore.lastHash(bucket);
    List<Item> items = new ArrayList<>();
    List<Listing> listings = new ArrayList<>();
    for (AttributeEntry entry : store.range(bucket, from, last).values()) {
      if (items.size() == maxItems) {
        long to = entry.keyHash() - 1;
        listings.add(new Listing(bucket, store.horizon(bucket), from, to, items));
        items = new ArrayList<>();
        from = entry.keyHash();
      }
      items.add(Item.of(entry));
    }
    listings.add(new Listing(bucket, store.horizon(bucket), from, last, items));
    return listings;
  }

  /** Returns what to send and what to request after a listing of another node. */
  Difference compare(String from, Listing listing, long now, AttributesDraft draft) {
    Map<Long, Item> theirs = new HashMap<>();
    listing.items().forEach(item -> theirs.put(item.keyHash(), item));
    long horizon = store.horizon(listing.bucket());
    Difference difference = new Difference(new ArrayList<>(), new ArrayList<>());
    List<AttributeEntry> superfluous = new ArrayList<>();
    Collection<AttributeEntry> ours =
        store.range(listing.bucket(), listing.from(), listing.to()).values();
    for (AttributeEntry entry : ours) {
      Item item = theirs.remove(entry.keyHash());
      if (item != null) {
        compare(entry, item, difference);
      } else if (Item.of(entry).isBelow(listing.horizon())) {
        superfluous.add(entry);
      } else {
        difference.toSend().add(entry);
      }
    }
    theirs.values().stream()
        .filter(item -> !item.isBelow(horizon))
        .forEach(item -> difference.toRequest().add(item.keyHash()));
    if (listing.isWhole() && difference.toSend().isEmpty() && difference.toRequest().isEmpty()) {
      tombstones.equal(from, listing.bucket(), listing.horizon(), now, draft);
      superfluous.forEach(draft::forget);
    }
    return difference;
  }

  private static void compare(AttributeEntry ours, Item theirs, Difference difference) {
    if (ours.hash() == theirs.hash()) {
      return;
    }
    // At equal times it takes node and bytes to say who wins, which each does for itself.
    if (ours.version().micros() >= theirs.micros()) {
      difference.toSend().add(ours);
    }
    if (ours.version().micros() <= theirs.micros()) {
      difference.toRequest().add(ours.keyHash());
    }
  }

  /** Returns the entries that another node requested, as far as they are here. */
  List<AttributeEntry> requested(Request request) {
    List<AttributeEntry> entries = new ArrayList<>();
    for (long keyHash : request.keyHashes()) {
      AttributeEntry entry = store.get(keyHash);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }
}
