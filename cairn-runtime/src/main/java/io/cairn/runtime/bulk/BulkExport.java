// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.store.index.DocumentVersion;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes documents as lines of JSON, or as a table. Used by one thread. */
final class BulkExport {

  /** How documents are written. */
  enum Form {
    NDJSON("application/x-ndjson"),
    CSV("text/csv; charset=utf-8");

    final String mediaType;

    Form(String mediaType) {
      this.mediaType = mediaType;
    }
  }

  private static final int BUFFER = 32 << 10;

  private final OutputStream out;
  private final @Nullable CsvColumns columns;
  private final Throttle throttle;
  private final long limit;
  private long written;

  /**
   * An export.
   *
   * @param columns of the table; null for lines of JSON
   * @param limit how many documents are written; 0 for all
   */
  BulkExport(OutputStream out, @Nullable CsvColumns columns, Throttle throttle, long limit) {
    this.out = new BufferedOutputStream(out, BUFFER);
    this.columns = columns;
    this.throttle = throttle;
    this.limit = limit;
  }

  /** Writes what stands before the documents. */
  void begin() throws IOException {
    if (columns != null) {
      List<CsvReader.Cell> names = new ArrayList<>();
      columns.names().forEach(name -> names.add(new CsvReader.Cell(name, false)));
      write(CsvReader.written(names));
    }
  }

  /** Writes a document; whether another one is wanted. */
  boolean add(DocumentVersion document) throws IOException {
    throttle.pass();
    if (columns == null) {
      out.write(document.json());
      out.write('\n');
    } else {
      write(CsvReader.written(columns.cells(DocumentJson.standard().readTree(document.json()))));
    }
    written++;
    return limit == 0 || written < limit;
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Hands on what is still here. */
  void end() throws IOException {
    out.flush();
  }
}
