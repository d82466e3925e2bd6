// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DocumentVersion;

/** One change of a partition, with the index of the log entry that brought it. */
public sealed interface StoreChange {

  /** The index of the log entry. */
  long logIndex();

  /** The document that was changed. */
  String link();

  /**
   * A version, possibly a tombstone, an expired one or one that is only retained.
   *
   * @param merged whether it came from another group and lost: it never was the current version
   *     here
   * @param keptFrom the lowest version number that is retained of the document, where that may
   *     matter; {@link Long#MIN_VALUE} elsewhere
   */
  record Version(long logIndex, DocumentVersion document, boolean merged, long keptFrom)
      implements StoreChange {
    @Override
    public String link() {
      return document.link();
    }
  }

  /** The removal of all versions that the document had until then. */
  record Purge(long logIndex, String link) implements StoreChange {}
}
