// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.index.DocumentVersion;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a replica applies, in the order of the log. Called by the thread of the replica's
 * group, one call at a time, when the store has the change already; must not block.
 */
public interface ChangeTap {

  /**
   * A document was changed.
   *
   * @param index of the log entry
   * @param before what it was before; null if it was not there
   * @param now what it is; null if it was removed with all its versions
   */
  void changed(
      long index, String link, @Nullable DocumentVersion before, @Nullable DocumentVersion now);

  /**
   * The replica holds everything up to an index, and some of that was not told one by one: the
   * store can tell.
   */
  void jumped(long index);

  /** The replica is closed. Any thread. */
  void closed();
}
