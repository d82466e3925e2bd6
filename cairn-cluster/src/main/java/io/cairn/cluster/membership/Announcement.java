// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static io.cairn.wire.MalformedException.require;

import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.Map;

/**
 * What a node says about itself, in the form in which it travels.
 *
 * @param version grows with each change, so that answers which overtake each other do no harm
 * @param startedMillis when the node started by its own clock: the older of two nodes that claim
 *     one id has the better right to it
 * @param metadata what the application wants the others to know
 */
record Announcement(int version, long startedMillis, Map<String, String> metadata) {

  /** Most bytes that any node accepts; what a node may send is up to its settings. */
  static final int MAX_BYTES = 1 << 16;

  private static final int MAX_ENTRIES = 1024;

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
    int size = encode().length;
    if (size > maxBytes) {
      throw new IllegalArgumentException(
          "metadata takes " + size + " bytes, but maxMetadataBytes is " + maxBytes);
    }
  }

  byte[] encode() {
    return new WireWriter().i32(version).i64(startedMillis).pairs(metadata).take();
  }

  static Announcement decode(byte[] bytes) {
    return WireReader.read(bytes, Announcement::read);
  }

  private static Announcement read(WireReader in) {
    int version = in.i32();
    long startedMillis = in.i64();
    Map<String, String> metadata = in.pairs();
    require(version >= 0, "the version of its metadata is " + version);
    require(metadata.size() <= MAX_ENTRIES, "it has more metadata than any node sends");
    return new Announcement(version, startedMillis, metadata);
  }
}
