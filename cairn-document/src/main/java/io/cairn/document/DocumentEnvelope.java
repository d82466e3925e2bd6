// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.json.JsonScanner;
import io.cairn.document.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Works on the built-in fields of serialized documents without parsing their content. The JSON must
 * be an object that {@link DocumentJson} wrote or read without complaint. Thread-safe.
 */
public final class DocumentEnvelope {
  private static final byte[] PREFIX = "document".getBytes(StandardCharsets.US_ASCII);

  /** Receives the members of an object as positions in its JSON. */
  @FunctionalInterface
  private interface MemberVisitor {
    /** Positions of the name are without quotes; every range ends before its last position. */
    void member(int nameStart, int nameEnd, int valueStart, int valueEnd);
  }

  private DocumentEnvelope() {}

  /**
   * Reads the built-in fields only.
   *
   * @throws MalformedJsonException when {@code json} is not an object, or a field does not fit
   */
  public static DocumentFields read(byte[] json) {
    ServiceDocument fields = new ServiceDocument();
    visit(
        json,
        (nameStart, nameEnd, valueStart, valueEnd) -> {
          if (isDocumentName(json, nameStart, nameEnd)) {
            String name = text(json, nameStart, nameEnd);
            set(fields, name, json, valueStart, valueEnd);
          }
        });
    return DocumentFields.of(fields);
  }

  /**
   * Returns the JSON of a document: the members of {@code content}, less the built-in fields it may
   * have, followed by {@code fields}.
   */
  public static byte[] splice(byte[] content, DocumentFields fields) {
    byte[] tail = DocumentJson.standard().toBytes(fields.toDocument());
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + tail.length);
    out.write('{');
    copyContent(content, out);
    if (out.size() > 1) {
      out.write(',');
    }
    out.write(tail, 1, tail.length - 1);
    return out.toByteArray();
  }

  /** Returns the JSON object without its built-in fields. */
  public static byte[] strip(byte[] json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length);
    out.write('{');
    copyContent(json, out);
    out.write('}');
    return out.toByteArray();
  }

  /**
   * Returns the JSON of a document with another owner, all else byte for byte as it was. The array
   * itself if the document names no owner.
   */
  public static byte[] withOwner(byte[] json, String owner) {
    int[] range = new int[2];
    visit(
        json,
        (nameStart, nameEnd, valueStart, valueEnd) -> {
          if (isDocumentName(json, nameStart, nameEnd)
              && ServiceDocument.FIELD_NAME_OWNER.equals(text(json, nameStart, nameEnd))) {
            range[0] = valueStart;
            range[1] = valueEnd;
          }
        });
    if (range[1] == 0) {
      return json;
    }
    byte[] value = DocumentJson.standard().toBytes(owner);
    byte[] changed = new byte[json.length - (range[1] - range[0]) + value.length];
    System.arraycopy(json, 0, changed, 0, range[0]);
    System.arraycopy(value, 0, changed, range[0], value.length);
    System.arraycopy(json, range[1], changed, range[0] + value.length, json.length - range[1]);
    return changed;
  }

  private static void copyContent(byte[] json, ByteArrayOutputStream out) {
    visit(
        json,
        (nameStart, nameEnd, valueStart, valueEnd) -> {
          boolean builtIn =
              isDocumentName(json, nameStart, nameEnd)
                  && ServiceDocument.isBuiltInDocumentField(text(json, nameStart, nameEnd));
          if (!builtIn) {
            if (out.size() > 1) {
              out.write(',');
            }
            out.write(json, nameStart - 1, valueEnd - nameStart + 1);
          }
        });
  }

  private static void visit(byte[] json, MemberVisitor visitor) {
    try {
      int pos = JsonScanner.expect(json, JsonScanner.skipBlanks(json, 0), '{');
      pos = JsonScanner.skipBlanks(json, pos);
      while (json[pos] != '}') {
        int nameEnd = JsonScanner.skipString(json, pos) - 1;
        int colon = JsonScanner.skipBlanks(json, nameEnd + 1);
        int valueStart = JsonScanner.skipBlanks(json, JsonScanner.expect(json, colon, ':'));
        int valueEnd = JsonScanner.skipValue(json, valueStart);
        visitor.member(pos + 1, nameEnd, valueStart, valueEnd);
        pos = JsonScanner.skipBlanks(json, valueEnd);
        if (json[pos] == ',') {
          pos = JsonScanner.skipBlanks(json, pos + 1);
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new MalformedJsonException("the text ends too early");
    }
  }

  private static boolean isDocumentName(byte[] json, int start, int end) {
    if (end - start <= PREFIX.length) {
      return false;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (json[start + i] != PREFIX[i]) {
        return false;
      }
    }
    return true;
  }

  private static void set(
      ServiceDocument fields, String name, byte[] json, int valueStart, int valueEnd) {
    switch (name) {
      case ServiceDocument.FIELD_NAME_VERSION ->
          fields.documentVersion = number(json, valueStart, valueEnd);
      case ServiceDocument.FIELD_NAME_EPOCH ->
          fields.documentEpoch =
              json[valueStart] == 'n' ? null : (Long) number(json, valueStart, valueEnd);
      case ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS ->
          fields.documentUpdateTimeMicros = number(json, valueStart, valueEnd);
      case ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS ->
          fields.documentExpirationTimeMicros = number(json, valueStart, valueEnd);
      default -> {
        if (json[valueStart] == '"' && ServiceDocument.isBuiltInDocumentField(name)) {
          setText(fields, name, string(json, valueStart, valueEnd));
        }
      }
    }
  }

  private static void setText(ServiceDocument fields, String name, String value) {
    switch (name) {
      case ServiceDocument.FIELD_NAME_KIND -> fields.documentKind = value;
      case ServiceDocument.FIELD_NAME_SELF_LINK -> fields.documentSelfLink = value;
      case ServiceDocument.FIELD_NAME_SIGNATURE -> fields.documentSignature = value;
      case ServiceDocument.FIELD_NAME_UPDATE_ACTION -> fields.documentUpdateAction = value;
      case ServiceDocument.FIELD_NAME_OWNER -> fields.documentOwner = value;
      case ServiceDocument.FIELD_NAME_SOURCE_LINK -> fields.documentSourceLink = value;
      case ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK ->
          fields.documentAuthPrincipalLink = value;
      case ServiceDocument.FIELD_NAME_TRANSACTION_ID -> fields.documentTransactionId = value;
      default -> {}
    }
  }

  private static long number(byte[] json, int start, int end) {
    String text = json[start] == '"' ? text(json, start + 1, end - 1) : text(json, start, end);
    try {
      return text.equals("null") ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new MalformedJsonException("whole number expected at byte " + start);
    }
  }

  private static String string(byte[] json, int start, int end) {
    for (int i = start; i < end; i++) {
      if (json[i] == '\\') {
        return DocumentJson.standard().fromJson(text(json, start, end), String.class);
      }
    }
    return text(json, start + 1, end - 1);
  }

  private static String text(byte[] json, int start, int end) {
    return new String(json, start, end - start, StandardCharsets.UTF_8);
  }
}
