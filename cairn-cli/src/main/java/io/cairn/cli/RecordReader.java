// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a file one by one, with their line ends: lines, or what a table has between
 * two line ends that are not in quotes. For one thread.
 */
final class RecordReader {
  /** Hosts refuse what is half as long, so it need not be sent whole to be refused. */
  static final int LONGEST = 2 << 20;

  private static final int BUFFER = 64 << 10;

  private final InputStream in;
  private final RecordBounds bounds;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long line = 1;
  private long begun = 1;
  private long offset;
  private boolean whole;

  RecordReader(InputStream in, RecordBounds.Form form) {
    this.in = in;
    this.bounds = new RecordBounds(form);
  }

  /** Reads the next; one without a line end can only be the last. Null if there is no more. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    begun = line;
    for (int next = read(); next >= 0; next = read()) {
      boolean ends = bounds.ends((byte) next);
      line += next == '\n' ? 1 : 0;
      if (record.size() < LONGEST || ends) {
        record.write(next);
      }
      whole = ends;
      if (ends) {
        break;
      }
    }
    return record.size() == 0 ? null : record.toByteArray();
  }

  /** Whether the last record had its end, and was not cut off. */
  boolean isWhole() {
    return whole;
  }

  /** The line at which the last record began, from 1. */
  long line() {
    return begun;
  }

  /** The line behind the last record. */
  long nextLine() {
    return line;
  }

  /** How many bytes have been read of the file. */
  long offset() {
    return offset;
  }

  private int read() throws IOException {
    if (at == end) {
      end = Math.max(0, in.read(buffer));
      at = 0;
      if (end == 0) {
        return -1;
      }
    }
    offset++;
    return buffer[at++] & 0xFF;
  }
}
