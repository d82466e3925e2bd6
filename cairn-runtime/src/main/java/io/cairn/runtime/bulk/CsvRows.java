// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of a table as objects; its first line names the fields. Used by one thread. */
final class CsvRows implements BulkRows {

  private final CsvReader reader;
  private final CsvColumns columns;
  private final List<CsvReader.Cell> header;

  /**
   * Reads the first line.
   *
   * @param firstLine the number of the line behind it; 1 if the lines of the body are counted
   * @throws IllegalArgumentException if it does not name columns
   */
  CsvRows(InputStream in, CsvColumns columns, long firstLine) throws IOException {
    this.reader = new CsvReader(in);
    this.columns = columns;
    List<CsvReader.Cell> first;
    try {
      first = reader.next();
    } catch (UnreadableException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (first == null) {
      throw new IllegalArgumentException(
          "The body is empty: its first line must name the columns, such as "
              + String.join(",", columns.names()));
    }
    columns.requireNames(first);
    this.header = first;
    if (firstLine > 1) {
      reader.number(firstLine);
    }
  }

  @Override
  public @Nullable Row next() throws IOException {
    List<CsvReader.Cell> record = reader.next();
    if (record == null) {
      return null;
    }
    try {
      return new Row(reader.line(), columns.object(header, record), null);
    } catch (IllegalArgumentException e) {
      return new Row(reader.line(), null, String.valueOf(e.getMessage()));
    }
  }
}
