// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files of a partition's index are missing, truncated or damaged. The message names the directory,
 * what is wrong, and how to recover. The store never answers this with an empty index.
 */
public final class StoreCorruptedException extends StoreException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for the partition directory, with what was found wrong there. */
  public StoreCorruptedException(Path directory, String defect, @Nullable Throwable cause) {
    super(
        "The document index in "
            + directory
            + " is damaged: "
            + defect
            + ". It was left as it is. To recover, restore the directory from a backup, or remove it"
            + " and let the partition be rebuilt from its peers or from the log.",
        cause);
  }
}
