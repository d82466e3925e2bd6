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

  private DocumentEnvelope() {}

  /**
   * Returns the JSON of a document with another owner, all else byte for byte as it was. The array
   * itself if the document names no owner. Of several owners the last counts.
   *
   * @throws MalformedJsonException when {@code json} is not an object
   */
  public static byte[] withOwner(byte[] json, String owner) {
    int start = 0;
    int end = 0;
    try {
      int pos = JsonScanner.expect(json, JsonScanner.skipBlanks(json, 0), '{');
      pos = JsonScanner.skipBlanks(json, pos);
      while (json[pos] != '}') {
        int nameEnd = JsonScanner.skipString(json, pos) - 1;
        int colon = JsonScanner.skipBlanks(json, nameEnd + 1);
        int valueStart = JsonScanner.skipBlanks(json, JsonScanner.expect(json, colon, ':'));
        int valueEnd = JsonScanner.skipValue(json, valueStart);
        if (Arrays.equals(json, pos + 1, nameEnd, OWNER, 0, OWNER.length)) {
          start = valueStart;
          end = valueEnd;
        }
        pos = JsonScanner.skipBlanks(json, valueEnd);
        if (json[pos] == ',') {
          pos = JsonScanner.skipBlanks(json, pos + 1);
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new MalformedJsonException("the text ends too early");
    }
    return end == 0 ? json : replaced(json, start, end, DocumentJson.standard().toBytes(owner));
  }

  private static byte[] replaced(byte[] json, int start, int end, byte[] value) {
    byte[] changed = new byte[json.length - (end - start) + value.length];
    System.arraycopy(json, 0, changed, 0, start);
    System.arraycopy(value, 0, changed, start, value.length);
    System.arraycopy(json, end, changed, start + value.length, json.length - end);
    return changed;
  }
}
