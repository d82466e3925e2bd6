// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What brings another replica of a partition up to date, as a stream of bytes: what changed since
 * the log index that it holds, or the files of a whole commit. Holds a reader or the files until it
 * is closed. Used by one thread.
 */
public final class StoreTransfer implements AutoCloseable {

  /** What is transferred. */
  public enum Kind {
    /** The changes since the receiver's index. */
    CHANGES,
    /** All files of a commit. */
    FILES
  }

  private StoreTransfer() {}

  /** What is transferred. */
  public Kind kind() {
    throw new UnsupportedOperationException();
  }

  /** The log index that the receiver must hold at least; 0 for files. */
  public long from() {
    throw new UnsupportedOperationException();
  }

  /** The log index that the receiver holds once it has installed the transfer. */
  public long upTo() {
    throw new UnsupportedOperationException();
  }

  /** About how many bytes the stream has. */
  public long estimatedBytes() {
    throw new UnsupportedOperationException();
  }

  /**
   * The bytes, encoded as they are read, in bounded memory. To be read once, by one thread; a failure
   * of this store is an {@link IOException}. Closing it closes the transfer.
   */
  public InputStream stream() {
    throw new UnsupportedOperationException();
  }

  /** Writes the bytes of {@link #stream()}; returns how many. */
  public long write(OutputStream target) throws IOException {
    return stream().transferTo(target);
  }

  /** Lets the reader or the files go. Idempotent. */
  @Override
  public void close() {}
}
