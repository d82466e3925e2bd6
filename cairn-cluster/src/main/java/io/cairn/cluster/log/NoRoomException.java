// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * Thrown where a file cannot be made or grow because its disk is full, or because the process may
 * open no more files. Nothing was written, and the same may succeed later.
 */
public final class NoRoomException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  /**
   * Says what found no room.
   *
   * @param file the file
   * @param bytes how many bytes it was to get
   * @param free how many the disk has
   * @param cause what the system said
   */
  public NoRoomException(Path file, long bytes, long free, IOException cause) {
    super(
        "%s cannot get %d bytes, its disk has %d free (%s): free space on that disk or enlarge it"
            .formatted(file, bytes, free, cause.getMessage()),
        cause);
  }
}
