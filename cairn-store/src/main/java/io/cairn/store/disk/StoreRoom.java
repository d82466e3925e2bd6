// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/** The disk that a node's stores lie on, as far as it can run out of room. Thread-safe. */
public interface StoreRoom {

  /** A disk without end. */
  StoreRoom UNLIMITED =
      new StoreRoom() {
        @Override
        public long free() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean isShortage(Path file, IOException failure) {
          return false;
        }
      };

  /** How many bytes the disk could still take. */
  long free();

  /** Whether a failure of a file passes when there is room, or a free file descriptor, again. */
  boolean isShortage(Path file, IOException failure);
}
