// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;

/** The log on disk is not what was written. Nothing was changed; the message says what to do. */
public final class LogCorruptedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /**
   * Creates the exception.
   *
   * @param file the file
   * @param offset where in the file, in bytes; -1 if no single place
   * @param what what is wrong there
   */
  public LogCorruptedException(String file, long offset, String what) {
    super(
        what
            + " ("
            + file
            + (offset < 0 ? "" : ", offset " + offset)
            + "). Nothing was changed."
            + " Restore the log's directory together with the documents' from a backup, or, if"
            + " other members of the cluster hold the data, start this node with an empty"
            + " directory and let it join them.");
    this.file = file;
    this.offset = offset;
  }

  /** Returns the file. */
  public String file() {
    return file;
  }

  /** Returns the offset in the file, -1 if no single place is at fault. */
  public long offset() {
    return offset;
  }
}
