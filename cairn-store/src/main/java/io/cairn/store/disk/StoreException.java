// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import org.jspecify.annotations.Nullable;

/**
 * A partition's index cannot be used: reading or writing its files failed (disk full, for
 * instance). Nothing acknowledged is lost, the log has it: close the store, mend the cause, open it
 * again and replay the log from {@code DocumentStore.committedIndex()}.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
