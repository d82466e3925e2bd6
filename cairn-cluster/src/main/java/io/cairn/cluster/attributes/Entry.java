// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

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
final class Entry {

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

  private Entry(
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

  static Entry liveSet(String set, Version version) {
    return of(new EntryKey(set, null), version, true, null);
  }

  static Entry live(String set, Attribute<?> attribute, Version version) {
    return of(new EntryKey(set, attribute.name()), version, true, attribute);
  }

  static Entry tombstone(EntryKey key, Version version) {
    return of(key, version, false, null);
  }

  private static Entry of(
      EntryKey key, Version version, boolean live, @Nullable Attribute<?> attribute) {
    return new Entry(key, version, live, attribute, encode(key, version, live, attribute));
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
  boolean isLaterThan(Entry other) {
    int byVersion = version.compareTo(other.version);
    return byVersion > 0
        || (byVersion == 0 && Arrays.compareUnsigned(encoded, other.encoded) > 0);
  }

  private static byte[] encode(
      EntryKey key, Version version, boolean live, @Nullable Attribute<?> attribute) {
    ByteWriter out = new ByteWriter(96);
    out.number(version.micros()).text(version.nodeId());
    key(out, key);
    if (!live) {
      out.unsignedByte(TOMBSTONE);
    } else if (attribute == null) {
      out.unsignedByte(LIVE_SET);
    } else {
      value(out, attribute);
    }
    return out.toBytes();
  }

  private static void key(ByteWriter out, EntryKey key) {
    out.text(key.set());
    out.text(key.name() == null ? "" : key.name());
  }

  private static byte[] keyBytes(EntryKey key) {
    ByteWriter out = new ByteWriter(64);
    key(out, key);
    return out.toBytes();
  }

  private static void value(ByteWriter out, Attribute<?> attribute) {
    out.unsignedByte(FIRST_TYPE + TYPES.indexOf(attribute.type()));
    switch (attribute.value()) {
      case Byte value -> out.unsignedByte(value);
      case Short value -> out.shortNumber(value);
      case Integer value -> out.integer(value);
      case Long value -> out.number(value);
      case Character value -> out.character(value);
      case Float value -> out.integer(Float.floatToIntBits(value));
      case Double value -> out.number(Double.doubleToLongBits(value));
      case Boolean value -> out.unsignedByte(value ? 1 : 0);
      case String value -> out.text(value);
      default -> throw new IllegalArgumentException("no attribute: " + attribute);
    }
  }

  /** Reads what {@link #encoded} gives. */
  static Entry decode(byte[] bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    long micros = in.number();
    MalformedException.require(micros > 0 && micros <= Version.MAX_MICROS, "a version");
    Version version = new Version(micros, in.name("a node"));
    String set = in.name("a set");
    String name = in.text();
    EntryKey key = new EntryKey(set, name.isEmpty() ? null : name);
    if (key.name() != null) {
      checkName(key.name());
    }
    int kind = in.unsignedByte();
    boolean live = kind != TOMBSTONE;
    Attribute<?> attribute = null;
    if (live) {
      MalformedException.require((kind == LIVE_SET) == (key.name() == null), "a kind");
      attribute = key.name() == null ? null : attribute(in, key.name(), kind - FIRST_TYPE);
    }
    in.end();
    Entry entry = new Entry(key, version, live, attribute, bytes);
    // One entry has one form: floats that are no numbers, for one, have many.
    MalformedException.require(
        Arrays.equals(encode(key, version, live, attribute), bytes), "the form of a value");
    return entry;
  }

  private static void checkName(String name) throws MalformedException {
    try {
      EntryKey.checkName("an attribute", name);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("a name of an attribute");
    }
  }

  private static Attribute<?> attribute(ByteReader in, String name, int code)
      throws MalformedException {
    MalformedException.require(code >= 0 && code < TYPES.size(), "a type");
    AttributeType type = TYPES.get(code);
    Object value =
        switch (type) {
          case BYTE -> (byte) in.unsignedByte();
          case SHORT -> in.shortNumber();
          case INTEGER -> in.integer();
          case LONG -> in.number();
          case CHARACTER -> in.character();
          case FLOAT -> Float.intBitsToFloat(in.integer());
          case DOUBLE -> Double.longBitsToDouble(in.number());
          case BOOLEAN -> in.unsignedByte() != 0;
          case STRING -> in.text();
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
    return other instanceof Entry entry && Arrays.equals(encoded, entry.encoded);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  @Override
  public String toString() {
    return key + "@" + version + (live ? attribute == null ? "" : "=" + attribute.value() : " gone");
  }
}
