// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.runtime.bulk.BulkRows.UnreadableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes records of comma-separated values (RFC 4180) in UTF-8: cells in quotes may have
 * commas, line ends and, doubled, quotes. Lines end with LF or CRLF. Used by one thread.
 */
final class CsvReader {

  private static final char MARK = '\uFEFF';

  /**
   * A cell.
   *
   * @param quoted whether it was, or is to be, in quotes in any case
   */
  record Cell(String text, boolean quoted) {}

  private final Reader in;
  private long line = 1;
  private long begun = 1;
  private int length;

  CsvReader(InputStream in) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  /** Gives a number to the line that is read next. */
  void number(long next) {
    line = next;
  }

  /** The line at which the record begins that was read last. */
  long line() {
    return begun;
  }

  /**
   * Reads the next record that is not empty.
   *
   * @return null if there is none
   * @throws UnreadableException if quotes are wrong, a record is too long, or the text is no UTF-8
   */
  @Nullable List<Cell> next() throws IOException {
    try {
      while (true) {
        begun = line;
        length = 0;
        int first = read();
        if (first == MARK && begun == 1) {
          first = read();
        }
        if (first < 0) {
          return null;
        }
        if (first != '\n' && first != '\r') {
          return record(first);
        }
      }
    } catch (CharacterCodingException e) {
      throw new UnreadableException(line, "it is not written in UTF-8");
    }
  }

  private List<Cell> record(int first) throws IOException {
    List<Cell> cells = new ArrayList<>();
    int next = first;
    while (true) {
      StringBuilder text = new StringBuilder();
      boolean quoted = next == '"';
      next = quoted ? quoted(text) : plain(next, text);
      cells.add(new Cell(text.toString(), quoted));
      if (next != ',') {
        return cells;
      }
      next = read();
    }
  }

  /** Reads a cell without quotes; gives what ended it. */
  private int plain(int first, StringBuilder text) throws IOException {
    int next = first;
    while (next >= 0 && next != ',' && next != '\n') {
      if (next == '\r') {
        next = read();
        if (next == '\n' || next < 0) {
          break;
        }
        text.append('\r');
        continue;
      }
      if (next == '"') {
        throw new UnreadableException(
            line, "there is a quote inside a cell that does not begin with one");
      }
      text.append((char) next);
      next = read();
    }
    return next;
  }

  /** Reads a cell in quotes; gives what ended it. */
  private int quoted(StringBuilder text) throws IOException {
    while (true) {
      int next = read();
      if (next < 0) {
        throw new UnreadableException(begun, "a quote is opened in this record and never closed");
      }
      if (next != '"') {
        text.append((char) next);
        continue;
      }
      next = read();
      if (next != '"') {
        return afterQuote(next);
      }
      text.append('"');
    }
  }

  private int afterQuote(int next) throws IOException {
    int end = next == '\r' ? read() : next;
    if (end >= 0 && end != ',' && end != '\n') {
      throw new UnreadableException(line, "there is text behind the closing quote of a cell");
    }
    return end;
  }

  private int read() throws IOException {
    int next = in.read();
    if (next == '\n') {
      line++;
    }
    if (++length > BulkLines.LONGEST) {
      throw new UnreadableException(
          begun, "the record has more than %d characters".formatted(BulkLines.LONGEST));
    }
    return next;
  }

  /** Writes a record. */
  static String written(List<Cell> cells) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      text.append(i == 0 ? "" : ",");
      Cell cell = cells.get(i);
      boolean quotes = cell.quoted() || cell.text().chars().anyMatch(CsvReader::needsQuotes);
      text.append(quotes ? '"' + cell.text().replace("\"", "\"\"") + '"' : cell.text());
    }
    return text.append("\r\n").toString();
  }

  private static boolean needsQuotes(int c) {
    return c == ',' || c == '"' || c == '\n' || c == '\r';
  }
}
