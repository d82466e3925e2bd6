// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.List;

/**
 * Changes of a partition behind a log index, in the order of the log.
 *
 * @param upTo the log index up to which these are all that are of interest
 * @param isBroken whether nobody knows what changed: then there are none
 */
record Batch(long upTo, boolean isBroken, List<Change> changes) {

  private static final int FORMAT = 1;

  /** So many changes, or so many bytes of them and the last one, are one batch. */
  static final int MAX_CHANGES = 512;

  static final long MAX_BYTES = 1 << 20;

  static Batch nothing(long upTo) {
    return new Batch(upTo, false, List.of());
  }

  static Batch broken(long upTo) {
    return new Batch(upTo, true, List.of());
  }

  /** Whether a log entry has brought several of these changes. */
  boolean hasCommonEntries() {
    for (int i = 1; i < changes.size(); i++) {
      if (changes.get(i).index() == changes.get(i - 1).index()) {
        return true;
      }
    }
    return false;
  }

  byte[] encode() {
    return new WireWriter()
        .u8(FORMAT)
        .i64(upTo)
        .flag(isBroken)
        .items(changes, (out, change) -> change.write(out))
        .take();
  }

  static Batch decode(byte[] bytes) {
    return WireReader.read(
        bytes,
        in -> {
          in.version(FORMAT, WireReader.SAME_ON_ALL_NODES);
          return new Batch(in.index(), in.flag(), in.items(Integer.MAX_VALUE, Change::read));
        });
  }
}
