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
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of the messages: a version byte, a kind byte, the fields. Reading is strict, and
 * nothing is believed before the whole message was read.
 */
final class AttributesMessageCodec {

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

  private static final int VERSION = 2;
  private static final int ENTRIES = 1;
  private static final int CONFIRMED = 2;
  private static final int DIGEST = 3;
  private static final int LISTINGS = 4;
  private static final int REQUEST = 5;

  private static final int CONFIRM_FLAG = 1;
  private static final int MORE_FLAG = 2;
  private static final int LAST_FLAG = 4;

  private AttributesMessageCodec() {}

  static byte[] encode(AttributesMessage message) {
    WireWriter out = new WireWriter().u8(VERSION);
    switch (message) {
      case Entries entries -> entries(out.u8(ENTRIES), entries);
      case Confirmed confirmed -> out.u8(CONFIRMED).items(confirmed.hashes(), WireWriter::i64);
      case Digest digest -> {
        out.u8(DIGEST);
        digest.buckets().forEach(bucket -> out.i64(bucket.sum()).i64(bucket.horizon()));
      }
      case Listings listings -> {
        out.u8(LISTINGS).u8(flags(false, listings.more(), listings.last()));
        out.items(listings.listings(), AttributesMessageCodec::listing);
      }
      case Request request -> out.u8(REQUEST).items(request.keyHashes(), WireWriter::i64);
    }
    return out.take();
  }

  private static void entries(WireWriter out, Entries message) {
    out.u8(flags(message.confirm(), message.more(), message.last()));
    out.items(message.entries(), (to, entry) -> to.bytes(entry.encoded()));
  }

  private static int flags(boolean confirm, boolean more, boolean last) {
    return (confirm ? CONFIRM_FLAG : 0) + (more ? MORE_FLAG : 0) + (last ? LAST_FLAG : 0);
  }

  private static void listing(WireWriter out, Listing listing) {
    out.u8(listing.bucket()).i64(listing.horizon());
    out.i64(listing.from()).i64(listing.to()).items(listing.items(), AttributesMessageCodec::item);
  }

  private static void item(WireWriter out, Item item) {
    out.i64(item.keyHash()).i64(item.hash()).i64(item.micros()).flag(item.live());
  }

  static AttributesMessage decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
    int kind = in.u8();
    AttributesMessage message =
        switch (kind) {
          case ENTRIES -> entries(in);
          case CONFIRMED -> new Confirmed(hashes(in));
          case DIGEST -> digest(in);
          case LISTINGS -> listings(in);
          case REQUEST -> new Request(hashes(in));
          default -> throw new MalformedException("a kind of message");
        };
    in.requireEnd();
    return message;
  }

  private static Entries entries(WireReader in) {
    int flags = in.u8();
    MalformedException.require(flags <= CONFIRM_FLAG + MORE_FLAG + LAST_FLAG, "flags");
    return new Entries(
        in.items(MAX_BYTES, r -> AttributeEntry.decode(r.bytes(MAX_BYTES))),
        (flags & CONFIRM_FLAG) != 0,
        (flags & MORE_FLAG) != 0,
        (flags & LAST_FLAG) != 0);
  }

  private static List<Long> hashes(WireReader in) {
    return in.items(MAX_BYTES, WireReader::i64);
  }

  private static Digest digest(WireReader in) {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < EntryStore.BUCKETS; i++) {
      buckets.add(new Bucket(in.i64(), micros(in)));
    }
    return new Digest(buckets);
  }

  private static Listings listings(WireReader in) {
    int flags = in.u8();
    MalformedException.require((flags & ~(MORE_FLAG + LAST_FLAG)) == 0, "flags");
    return new Listings(
        in.items(MAX_BYTES, AttributesMessageCodec::listing),
        (flags & MORE_FLAG) != 0,
        (flags & LAST_FLAG) != 0);
  }

  private static Listing listing(WireReader in) {
    int bucket = in.u8();
    long horizon = micros(in);
    long from = in.i64();
    long to = in.i64();
    MalformedException.require(
        EntryStore.bucketOf(from) == bucket && EntryStore.bucketOf(to) == bucket && from <= to,
        "a range");
    return new Listing(bucket, horizon, from, to, in.items(MAX_BYTES, r -> item(r, from, to)));
  }

  private static Item item(WireReader in, long from, long to) {
    long keyHash = in.i64();
    MalformedException.require(keyHash >= from && keyHash <= to, "an item out of its range");
    return new Item(keyHash, in.i64(), micros(in), in.flag());
  }

  private static long micros(WireReader in) {
    long micros = in.i64();
    MalformedException.require(micros >= 0 && micros <= Version.MAX_MICROS, "a time");
    return micros;
  }
}
