// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import java.io.IOException;
import java.io.OutputStream;

/** Where a backup is written, file by file. Used by one thread. */
interface BackupTarget {

  /** Where it goes, for people. */
  String place();

  /** How many bytes it could take; {@link Long#MAX_VALUE} if that is not known. */
  long usableBytes() throws IOException;

  /** Opens a new file, which is durable when it is closed, or when the target is finished. */
  OutputStream create(String path) throws IOException;

  /** Adds the manifest, last. When this returns, the backup is whole and durable. */
  void finish(byte[] manifest) throws IOException;

  /** Removes what was written, as far as that is possible. Does nothing once it is finished. */
  void abandon() throws IOException;
}
