// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.List;

/** What nodes tell each other about attributes. */
sealed interface AttributesMessage {

  /**
   * Entries to merge.
   *
   * @param confirm whether the sender wants to hear that they were
   * @param more whether the sender has more that the receiver lacks, and should be asked again
   * @param last whether this ends an answer
   */
  record Entries(List<AttributeEntry> entries, boolean confirm, boolean more, boolean last)
      implements AttributesMessage {}

  /**
   * These entries are here, or later ones.
   *
   * @param hashes of the entries
   */
  record Confirmed(List<Long> hashes) implements AttributesMessage {}

  /** What a node has in each bucket; asks for listings of those that differ. */
  record Digest(List<Bucket> buckets) implements AttributesMessage {}

  /**
   * One bucket.
   *
   * @param sum of the hashes of its entries
   * @param horizon of its forgotten tombstones, in microseconds
   */
  record Bucket(long sum, long horizon) {}

  /**
   * What a node has in those buckets that differ.
   *
   * @param more whether more buckets differ than fit into an answer
   * @param last whether this ends the answer to a digest
   */
  record Listings(List<Listing> listings, boolean more, boolean last)
      implements AttributesMessage {}

  /**
   * All that a node has in a bucket, or in a part of it.
   *
   * @param horizon of the bucket's forgotten tombstones, in microseconds
   * @param from the least hash of the part
   * @param to its greatest hash
   */
  record Listing(int bucket, long horizon, long from, long to, List<Item> items) {

    boolean isWhole() {
      return from == EntryStore.firstHash(bucket) && to == EntryStore.lastHash(bucket);
    }
  }

  /**
   * An entry in brief.
   *
   * @param keyHash tells the key
   * @param hash tells the entry
   * @param micros when it was made
   * @param live whether it is no tombstone
   */
  record Item(long keyHash, long hash, long micros, boolean live) {

    static Item of(AttributeEntry entry) {
      return new Item(entry.keyHash(), entry.hash(), entry.version().micros(), entry.isLive());
    }

    /** Tells whether this is a tombstone that a horizon makes superfluous. */
    boolean isBelow(long horizon) {
      return !live && micros <= horizon;
    }
  }

  /**
   * Asks for entries.
   *
   * @param keyHashes tell which
   */
  record Request(List<Long> keyHashes) implements AttributesMessage {}
}
