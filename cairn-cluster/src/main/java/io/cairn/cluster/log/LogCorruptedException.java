// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;

/**
 * The log, or a file in the form of its records, is not what was written. Nothing was changed; the
 * message says what to do about the log.
 */
public final class LogCorruptedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String what;
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
        place(file, offset, what)
            + ". Nothing was changed."
            + " Restore the log's directory together with the documents' from a backup, or, if"
            + " other members of the cluster hold the data, start this node with an empty"
            + " directory and let it join them.");
    this.what = place(file, offset, what);
    this.file = file;
    this.offset = offset;
  }

  private static String place(String file, long offset, String what) {
    return what + " (" + file + (offset < 0 ? "" : ", offset " + offset) + ")";
  }

  /** Returns what is wrong and where, without what to do. */
  public String what() {
    return what;
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
