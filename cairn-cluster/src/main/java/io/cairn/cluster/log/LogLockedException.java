// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The log's directory is in use by another node. */
public final class LogLockedException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param directory the directory
   * @param cause what showed it, if anything
   */
  public LogLockedException(Path directory, @Nullable Throwable cause) {
    super(
        "the log in "
            + directory
            + " is in use by another node; stop that one first, or give this"
            + " one a directory of its own",
        cause);
  }
}
