// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file of a {@link LogFileSystem}. Safe for all threads. */
public interface LogFile extends Closeable {

  /** Returns its size in bytes. */
  long size() throws IOException;

  /** Reads as many bytes as fit the buffer and the file holds; returns their number. */
  int read(ByteBuffer target, long position) throws IOException;

  /**
   * Writes all of the buffer; durable only after {@link #force()}.
   *
   * @throws NoRoomException if the file cannot grow; what lies before {@code position} is as it was
   */
  void write(ByteBuffer source, long position) throws IOException;

  /** Makes all writes before it durable. */
  void force() throws IOException;
}
