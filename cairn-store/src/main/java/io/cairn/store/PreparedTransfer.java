// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreMarker;

/**
 * What a store will hold once a received transfer is installed: an index beside its present one,
 * open and durable, which no crash leaves in the other's place. Belongs to the store that made it.
 */
public final class PreparedTransfer {
  private final OpenIndex index;
  private final StoreMarker marker;
  private final long upTo;

  PreparedTransfer(OpenIndex index, long upTo) {
    this.index = index;
    this.marker = index.runtime().marker();
    this.upTo = upTo;
  }

  /** The log index that the store holds everything up to once this is installed. */
  public long upTo() {
    return upTo;
  }

  OpenIndex index() {
    return index;
  }

  /** Names the index, in the state of one that is ready. */
  StoreMarker marker() {
    return marker;
  }
}
