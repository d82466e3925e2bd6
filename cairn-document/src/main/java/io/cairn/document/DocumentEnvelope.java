// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.json.JsonScanner;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Works on the built-in fields of serialized documents without parsing their content. The JSON must
 * be an object that {@link DocumentJson} wrote or read without complaint. Stateless.
 */
public final class DocumentEnvelope {
  private static final byte[] OWNER =
      ServiceDocument.FIELD_NAME_OWNER.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SCHEMA_VERSION =
      ServiceDocument.FIELD_NAME_SCHEMA_VERSION.getBytes(StandardCharsets.US_ASCII);
  private static final long NONE = -1;

  private DocumentEnvelope() {}

  /**
   * Returns the JSON of a document with another owner, all else byte for byte as it was. The array
   * itself if the document names no owner. Of several owners the last counts.
   *
   * @throws MalformedJsonException when {@code json} is not an object
   */
  public static byte[] withOwner(byte[] json, String owner) {
    long value = find(json, OWNER);
    return value == NONE
        ? json
        : replaced(json, start(value), end(value), DocumentJson.standard().toBytes(owner));
  }

  /**
   * Returns the version of the schema that a document was written by; 0 if it does not say.
   *
   * @throws MalformedJsonException when {@code json} is not an object
   */
  public static int schemaVersion(byte[] json) {
    long value = find(json, SCHEMA_VERSION);
    if (value == NONE) {
      return 0;
    }
    String digits =
        new String(json, start(value), end(value) - start(value), StandardCharsets.UTF_8);
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static int start(long value) {
    return (int) (value >> 32);
  }

  private static int end(long value) {
    return (int) value;
  }

  /** Where the value of a member begins and ends, packed, of several the last; or {@link #NONE}. */
  private static long find(byte[] json, byte[] name) {
    long found = NONE;
    try {
      int pos = JsonScanner.expect(json, JsonScanner.skipBlanks(json, 0), '{');
      pos = JsonScanner.skipBlanks(json, pos);
      while (json[pos] != '}') {
        int nameEnd = JsonScanner.skipString(json, pos) - 1;
        int colon = JsonScanner.skipBlanks(json, nameEnd + 1);
        int valueStart = JsonScanner.skipBlanks(json, JsonScanner.expect(json, colon, ':'));
        int valueEnd = JsonScanner.skipValue(json, valueStart);
        if (Arrays.equals(json, pos + 1, nameEnd, name, 0, name.length)) {
          found = ((long) valueStart << 32) | valueEnd;
        }
        pos = JsonScanner.skipBlanks(json, valueEnd);
        if (json[pos] == ',') {
          pos = JsonScanner.skipBlanks(json, pos + 1);
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new MalformedJsonException("the text ends too early");
    }
    return found;
  }

  private static byte[] replaced(byte[] json, int start, int end, byte[] value) {
    byte[] changed = new byte[json.length - (end - start) + value.length];
    System.arraycopy(json, 0, changed, 0, start);
    System.arraycopy(value, 0, changed, start, value.length);
    System.arraycopy(json, end, changed, start + value.length, json.length - end);
    return changed;
  }
}
