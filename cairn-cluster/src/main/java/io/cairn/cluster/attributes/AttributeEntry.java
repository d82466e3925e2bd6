// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a key: that the set is there, the attribute's value, or that it was removed
 * (a tombstone). Of two entries of one key the later wins, so that merging is commutative,
 * associative and idempotent. Immutable; equal if its bytes are.
 */
final class AttributeEntry {

  private static final int TOMBSTONE = 0;
  private static final int LIVE_SET = 1;
  private static final int FIRST_TYPE = 2;

  /** In the order of their codes, which are on the wire and on disk: append only. */
  private static final List<AttributeType> TYPES =
      List.of(
          AttributeType.BYTE,
          AttributeType.SHORT,
          AttributeType.INTEGER,
          AttributeType.LONG,
          AttributeType.CHARACTER,
          AttributeType.FLOAT,
          AttributeType.DOUBLE,
          AttributeType.BOOLEAN,
          AttributeType.STRING);

  private final EntryKey key;
  private final Version version;
  private final boolean live;
  private final @Nullable Attribute<?> attribute;
  private final byte[] encoded;
  private final long keyHash;
  private final long hash;

  private AttributeEntry(
      EntryKey key, Version version, boolean live, @Nullable Attribute<?> attribute, byte[] bytes) {
    this.key = key;
    this.version = version;
    this.live = live;
    this.attribute = attribute;
    encoded = bytes;
    MessageDigest digest = sha256();
    keyHash = hash(digest, keyBytes(key));
    hash = hash(digest, bytes);
  }

  static AttributeEntry liveSet(String set, Version version) {
    return of(new EntryKey(set, null), version, true, null);
  }

  static AttributeEntry live(String set, Attribute<?> attribute, Version version) {
    return of(new EntryKey(set, attribute.name()), version, true, attribute);
  }

  static AttributeEntry tombstone(EntryKey key, Version version) {
    return of(key, version, false, null);
  }

  private static AttributeEntry of(
      EntryKey key, Version version, boolean live, @Nullable Attribute<?> attribute) {
    return new AttributeEntry(key, version, live, attribute, encode(key, version, live, attribute));
  }

  EntryKey key() {
    return key;
  }

  Version version() {
    return version;
  }

  /** Tells whether it is no tombstone. */
  boolean isLive() {
    return live;
  }

  /** Returns the attribute; null for a tombstone and for the entry of a set. */
  @Nullable Attribute<?> attribute() {
    return attribute;
  }

  /** Returns the entry's bytes, which must not be written to. */
  byte[] encoded() {
    return encoded;
  }

  /** Returns 64 bits that stand for the key. */
  long keyHash() {
    return keyHash;
  }

  /** Returns 64 bits that stand for all of the entry. */
  long hash() {
    return hash;
  }

  /**
   * Tells whether this wins against another entry of its key. Versions are equal only if a node's
   * clock went back over a restart that it remembers nothing from; then the bytes decide, on all
   * nodes alike.
   */
  boolean isLaterThan(AttributeEntry other) {
    int byVersion = version.compareTo(other.version);
    return byVersion > 0 || (byVersion == 0 && Arrays.compareUnsigned(encoded, other.encoded) > 0);
  }

  private static byte[] encode(
      EntryKey key, Version version, boolean live, @Nullable Attribute<?> attribute) {
    WireWriter out = new WireWriter();
    out.i64(version.micros()).text(version.nodeId());
    key(out, key);
    if (!live) {
      out.u8(TOMBSTONE);
    } else if (attribute == null) {
      out.u8(LIVE_SET);
    } else {
      value(out, attribute);
    }
    return out.take();
  }

  private static void key(WireWriter out, EntryKey key) {
    out.text(key.set()).optional(key.name(), WireWriter::text);
  }

  private static byte[] keyBytes(EntryKey key) {
    WireWriter out = new WireWriter();
    key(out, key);
    return out.take();
  }

  private static void value(WireWriter out, Attribute<?> attribute) {
    out.u8(FIRST_TYPE + TYPES.indexOf(attribute.type()));
    switch (attribute.value()) {
      case Byte value -> out.u8(value);
      case Short value -> out.i16(value);
      case Integer value -> out.i32(value);
      case Long value -> out.i64(value);
      case Character value -> out.i16(value);
      case Float value -> out.i32(Float.floatToIntBits(value));
      case Double value -> out.i64(Double.doubleToLongBits(value));
      case Boolean value -> out.flag(value);
      case String value -> out.text(value);
      default -> throw new IllegalArgumentException("no attribute: " + attribute);
    }
  }

  /** Reads what {@link #encoded} gives. */
  static AttributeEntry decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    long micros = in.i64();
    MalformedException.require(micros > 0 && micros <= Version.MAX_MICROS, "a version");
    Version version = new Version(micros, name("a node", in));
    String set = name("a set", in);
    EntryKey key = new EntryKey(set, in.optional(r -> name("an attribute", r)));
    int kind = in.u8();
    boolean live = kind != TOMBSTONE;
    Attribute<?> attribute = null;
    if (live) {
      MalformedException.require((kind == LIVE_SET) == (key.name() == null), "a kind");
      attribute = key.name() == null ? null : attribute(in, key.name(), kind - FIRST_TYPE);
    }
    in.requireEnd();
    AttributeEntry entry = new AttributeEntry(key, version, live, attribute, bytes);
    // One entry has one form: floats that are no numbers, for one, have many.
    MalformedException.require(
        Arrays.equals(encode(key, version, live, attribute), bytes), "the form of a value");
    return entry;
  }

  private static String name(String what, WireReader in) {
    String name = in.text(AttributesMessageCodec.MAX_BYTES);
    try {
      EntryKey.checkName(what, name);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("a name of " + what);
    }
    return name;
  }

  private static Attribute<?> attribute(WireReader in, String name, int code) {
    MalformedException.require(code >= 0 && code < TYPES.size(), "a type");
    AttributeType type = TYPES.get(code);
    Object value =
        switch (type) {
          case BYTE -> (byte) in.u8();
          case SHORT -> in.i16();
          case INTEGER -> in.i32();
          case LONG -> in.i64();
          case CHARACTER -> (char) in.i16();
          case FLOAT -> Float.intBitsToFloat(in.i32());
          case DOUBLE -> Double.longBitsToDouble(in.i64());
          case BOOLEAN -> in.flag();
          case STRING -> in.text(AttributesMessageCodec.MAX_BYTES);
        };
    return new Attribute<>(name, type, value);
  }

  private static long hash(MessageDigest digest, byte[] bytes) {
    return ByteBuffer.wrap(digest.digest(bytes)).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AttributeEntry entry && Arrays.equals(encoded, entry.encoded);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  @Override
  public String toString() {
    return key
        + "@"
        + version
        + (live ? attribute == null ? "" : "=" + attribute.value() : " gone");
  }
}
