// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node says about itself, in the form in which it travels.
 *
 * @param version grows with each change, so that answers which overtake each other do no harm
 * @param startedMillis when the node started by its own clock: the older of two nodes that claim
 *     one id has the better right to it
 * @param metadata what the application wants the others to know
 */
record Announcement(long version, long startedMillis, Map<String, String> metadata) {

  /** Most bytes that any node accepts; what a node may send is up to its settings. */
  static final int MAX_BYTES = 1 << 16;

  private static final int MAX_ENTRIES = 1024;
  private static final int HEAD_BYTES = 2 * Long.BYTES + Short.BYTES;

  Announcement {
    metadata = Map.copyOf(metadata);
  }

  Announcement next(Map<String, String> changed) {
    return new Announcement(version + 1, startedMillis, changed);
  }

  /**
   * Refuses metadata that others would not accept.
   *
   * @param maxBytes most bytes in the form in which they travel
   * @throws IllegalArgumentException naming the limit
   */
  void requireFits(int maxBytes) {
    if (metadata.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "metadata has " + metadata.size() + " entries, at most " + MAX_ENTRIES + " can be sent");
    }
    int size = bytes();
    if (size > maxBytes) {
      throw new IllegalArgumentException(
          "metadata takes " + size + " bytes, but maxMetadataBytes is " + maxBytes);
    }
  }

  private int bytes() {
    long size = HEAD_BYTES;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      size += textBytes(entry.getKey()) + textBytes(entry.getValue());
    }
    return Math.toIntExact(Math.min(size, Integer.MAX_VALUE));
  }

  private static long textBytes(String text) {
    return Short.BYTES + (long) text.getBytes(StandardCharsets.UTF_8).length;
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeLong(version);
      out.writeLong(startedMillis);
      out.writeShort(metadata.size());
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        WireCodec.writeText(out, entry.getKey(), WireCodec.MAX_TEXT);
        WireCodec.writeText(out, entry.getValue(), WireCodec.MAX_TEXT);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Announcement decode(byte[] bytes) throws MalformedMessageException {
    MalformedMessageException.require(bytes.length <= MAX_BYTES, "size of metadata");
    return WireCodec.parse(bytes, Announcement::read);
  }

  private static Announcement read(DataInputStream in)
      throws IOException, MalformedMessageException {
    long version = in.readLong();
    long startedMillis = in.readLong();
    MalformedMessageException.require(version >= 0, "version of metadata");
    int entries = in.readUnsignedShort();
    MalformedMessageException.require(entries <= MAX_ENTRIES, "number of metadata entries");
    Map<String, String> metadata = HashMap.newHashMap(entries);
    for (int i = 0; i < entries; i++) {
      String key = WireCodec.text(in, WireCodec.MAX_TEXT);
      metadata.put(key, WireCodec.text(in, WireCodec.MAX_TEXT));
    }
    return new Announcement(version, startedMillis, metadata);
  }
}
