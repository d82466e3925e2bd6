// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.Locale;

/** Tells where the records of a file end, byte by byte. For one thread. */
final class RecordBounds {

  /** How documents are written. */
  enum Form {
    NDJSON("application/x-ndjson"),
    CSV("text/csv");

    final String mediaType;

    Form(String mediaType) {
      this.mediaType = mediaType;
    }

    /**
     * The form that is named, or that a file's name ends with.
     *
     * @param named empty if it is not named
     * @throws CommandFailure with usage, for another name
     */
    static Form of(String named, String file) {
      return switch (named.toLowerCase(Locale.ROOT)) {
        case "" -> file.toLowerCase(Locale.ROOT).endsWith(".csv") ? CSV : NDJSON;
        case "csv" -> CSV;
        case "ndjson" -> NDJSON;
        default -> throw CommandFailure.usage("--format takes ndjson or csv, not '" + named + "'");
      };
    }
  }

  private final Form form;
  private boolean quoted;
  private long records;

  RecordBounds(Form form) {
    this.form = form;
  }

  /** Whether a record ends with the next byte. A line end within quotes is part of a cell. */
  boolean ends(byte next) {
    if (next == '"' && form == Form.CSV) {
      quoted = !quoted;
    }
    boolean ends = next == '\n' && !quoted;
    records += ends ? 1 : 0;
    return ends;
  }

  /** How many have ended. */
  long records() {
    return records;
  }
}
