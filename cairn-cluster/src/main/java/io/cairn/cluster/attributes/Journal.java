// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Keeps changes over a restart. Used by one thread at a time. */
interface Journal extends Closeable {

  /**
   * Makes changes durable, all or none of them.
   *
   * @param horizons raised horizons by bucket
   * @throws IOException if the disk does not; nothing can be appended from then on
   */
  void append(List<AttributeEntry> entries, Map<Integer, Long> horizons) throws IOException;

  /** Takes the opportunity to drop what was superseded; the store holds all that was appended. */
  void tidy(EntryStore store);

  /** Tells whether appending waits for a disk. */
  boolean isDurable();

  /** Returns a journal that keeps nothing. */
  static Journal none() {
    return new Journal() {
      @Override
      public void append(List<AttributeEntry> entries, Map<Integer, Long> horizons) {}

      @Override
      public void tidy(EntryStore store) {}

      @Override
      public boolean isDurable() {
        return false;
      }

      @Override
      public void close() {}
    };
  }
}
