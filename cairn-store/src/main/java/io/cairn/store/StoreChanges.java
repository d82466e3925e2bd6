// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.util.Iterator;

/**
 * What changed in a partition after a log index, up to another: the versions retained, and the
 * purges, in the order of the log. Holds a reader until it is closed. Used by one thread.
 */
public final class StoreChanges implements AutoCloseable, Iterator<StoreChange> {

  private StoreChanges() {}

  /** The log index after which the changes begin. */
  public long from() {
    throw new UnsupportedOperationException();
  }

  /** The log index that the changes lead to. */
  public long upTo() {
    throw new UnsupportedOperationException();
  }

  /** How many changes there are. */
  public long count() {
    throw new UnsupportedOperationException();
  }

  /** About how many bytes they are. */
  public long estimatedBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean hasNext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StoreChange next() {
    throw new UnsupportedOperationException();
  }

  /** Gives the reader back. Idempotent. */
  @Override
  public void close() {}
}
