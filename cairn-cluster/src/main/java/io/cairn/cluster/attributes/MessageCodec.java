// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.attributes.AttributesMessage.Bucket;
import io.cairn.cluster.attributes.AttributesMessage.Confirmed;
import io.cairn.cluster.attributes.AttributesMessage.Digest;
import io.cairn.cluster.attributes.AttributesMessage.Entries;
import io.cairn.cluster.attributes.AttributesMessage.Item;
import io.cairn.cluster.attributes.AttributesMessage.Listing;
import io.cairn.cluster.attributes.AttributesMessage.Listings;
import io.cairn.cluster.attributes.AttributesMessage.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of the messages: a version byte, a kind byte, the fields. Reading is strict, and
 * nothing is believed before the whole message was read.
 */
final class MessageCodec {

  /** Largest message that is read at all. */
  static final int MAX_BYTES = 4 << 20;

  /** More than any message has beside its entries, items or hashes. */
  static final int OVERHEAD = 16;

  /** Bytes of an entry beside itself. */
  static final int PER_ENTRY = 4;

  /** Bytes of a listing beside its items. */
  static final int PER_LISTING = 29;

  static final int PER_ITEM = 25;
  static final int PER_HASH = 8;

  private static final int VERSION = 1;
  private static final int ENTRIES = 1;
  private static final int CONFIRMED = 2;
  private static final int DIGEST = 3;
  private static final int LISTINGS = 4;
  private static final int REQUEST = 5;

  private static final int CONFIRM_FLAG = 1;
  private static final int MORE_FLAG = 2;
  private static final int LAST_FLAG = 4;

  private MessageCodec() {}

  static byte[] encode(AttributesMessage message) {
    ByteWriter out = new ByteWriter(256).unsignedByte(VERSION);
    switch (message) {
      case Entries entries -> entries(out.unsignedByte(ENTRIES), entries);
      case Confirmed confirmed -> hashes(out.unsignedByte(CONFIRMED), confirmed.hashes());
      case Digest digest -> {
        out.unsignedByte(DIGEST);
        digest.buckets().forEach(bucket -> out.number(bucket.sum()).number(bucket.horizon()));
      }
      case Listings listings -> {
        out.unsignedByte(LISTINGS).unsignedByte(flags(false, listings.more(), listings.last()));
        out.integer(listings.listings().size());
        listings.listings().forEach(listing -> listing(out, listing));
      }
      case Request request -> hashes(out.unsignedByte(REQUEST), request.keyHashes());
    }
    return out.toBytes();
  }

  private static void entries(ByteWriter out, Entries message) {
    out.unsignedByte(flags(message.confirm(), message.more(), message.last()));
    out.integer(message.entries().size());
    message.entries().forEach(entry -> out.bytes(entry.encoded()));
  }

  private static int flags(boolean confirm, boolean more, boolean last) {
    return (confirm ? CONFIRM_FLAG : 0) + (more ? MORE_FLAG : 0) + (last ? LAST_FLAG : 0);
  }

  private static void hashes(ByteWriter out, List<Long> hashes) {
    out.integer(hashes.size());
    hashes.forEach(out::number);
  }

  private static void listing(ByteWriter out, Listing listing) {
    out.unsignedByte(listing.bucket()).number(listing.horizon());
    out.number(listing.from()).number(listing.to()).integer(listing.items().size());
    for (Item item : listing.items()) {
      out.number(item.keyHash()).number(item.hash()).number(item.micros());
      out.unsignedByte(item.live() ? 1 : 0);
    }
  }

  static AttributesMessage decode(byte[] bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    MalformedException.require(in.unsignedByte() == VERSION, "a version of the format");
    int kind = in.unsignedByte();
    AttributesMessage message =
        switch (kind) {
          case ENTRIES -> entries(in);
          case CONFIRMED -> new Confirmed(hashes(in));
          case DIGEST -> digest(in);
          case LISTINGS -> listings(in);
          case REQUEST -> new Request(hashes(in));
          default -> throw new MalformedException("a kind of message");
        };
    in.end();
    return message;
  }

  private static Entries entries(ByteReader in) throws MalformedException {
    int flags = in.unsignedByte();
    MalformedException.require(flags <= CONFIRM_FLAG + MORE_FLAG + LAST_FLAG, "flags");
    int count = in.count(PER_ENTRY);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(Entry.decode(in.bytes()));
    }
    return new Entries(
        entries,
        (flags & CONFIRM_FLAG) != 0,
        (flags & MORE_FLAG) != 0,
        (flags & LAST_FLAG) != 0);
  }

  private static List<Long> hashes(ByteReader in) throws MalformedException {
    int count = in.count(PER_HASH);
    List<Long> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hashes.add(in.number());
    }
    return hashes;
  }

  private static Digest digest(ByteReader in) throws MalformedException {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < EntryStore.BUCKETS; i++) {
      buckets.add(new Bucket(in.number(), micros(in)));
    }
    return new Digest(buckets);
  }

  private static Listings listings(ByteReader in) throws MalformedException {
    int flags = in.unsignedByte();
    MalformedException.require((flags & ~(MORE_FLAG + LAST_FLAG)) == 0, "flags");
    int count = in.count(PER_LISTING);
    List<Listing> listings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      listings.add(listing(in));
    }
    return new Listings(listings, (flags & MORE_FLAG) != 0, (flags & LAST_FLAG) != 0);
  }

  private static Listing listing(ByteReader in) throws MalformedException {
    int bucket = in.unsignedByte();
    long horizon = micros(in);
    long from = in.number();
    long to = in.number();
    MalformedException.require(
        EntryStore.bucketOf(from) == bucket && EntryStore.bucketOf(to) == bucket && from <= to,
        "a range");
    int count = in.count(PER_ITEM);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long keyHash = in.number();
      MalformedException.require(keyHash >= from && keyHash <= to, "an item out of its range");
      long hash = in.number();
      long micros = micros(in);
      int live = in.unsignedByte();
      MalformedException.require(live <= 1, "a flag");
      items.add(new Item(keyHash, hash, micros, live == 1));
    }
    return new Listing(bucket, horizon, from, to, items);
  }

  private static long micros(ByteReader in) throws MalformedException {
    long micros = in.number();
    MalformedException.require(micros >= 0 && micros <= Version.MAX_MICROS, "a time");
    return micros;
  }
}
