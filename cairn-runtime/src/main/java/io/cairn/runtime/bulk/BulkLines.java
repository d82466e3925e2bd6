// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON objects of a body, one a line, as they arrive. Used by one thread. */
final class BulkLines implements BulkRows {

  /** A line that is longer is refused, and skipped. */
  static final int LONGEST = 1 << 20;

  private static final int BUFFER = 16 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long line;
  private boolean isFirst = true;

  /**
   * Reads a body.
   *
   * @param firstLine the number of its first line
   */
  BulkLines(InputStream in, long firstLine) {
    this.in = in;
    this.line = firstLine - 1;
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (true) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      boolean cut = false;
      int next = read();
      if (next < 0) {
        return null;
      }
      line++;
      while (next >= 0 && next != '\n') {
        cut |= bytes.size() >= LONGEST;
        if (!cut) {
          bytes.write(next);
        }
        next = read();
      }
      if (cut) {
        return new Row(line, null, "it has more than %d bytes".formatted(LONGEST));
      }
      byte[] json = withoutMark(bytes.toByteArray());
      isFirst = false;
      if (!isBlank(json)) {
        return row(json);
      }
    }
  }

  private Row row(byte[] json) {
    try {
      JsonNode tree = DocumentJson.standard().readTree(json);
      return tree instanceof ObjectNode object
          ? new Row(line, object, null)
          : new Row(line, null, "it is no JSON object");
    } catch (RuntimeException e) {
      return new Row(line, null, String.valueOf(e.getMessage()));
    }
  }

  /** Some programs mark the beginning of a text as UTF-8. */
  private byte[] withoutMark(byte[] bytes) {
    boolean marked =
        isFirst
            && bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    return marked ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte each : bytes) {
      if (each != ' ' && each != '\t' && each != '\r') {
        return false;
      }
    }
    return true;
  }

  private int read() throws IOException {
    if (at == end) {
      end = in.read(buffer, 0, buffer.length);
      at = 0;
      if (end <= 0) {
        end = 0;
        return -1;
      }
    }
    return buffer[at++] & 0xFF;
  }
}
