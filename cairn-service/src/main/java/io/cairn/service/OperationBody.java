// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.RawJson;
import io.cairn.service.http.OperationVocabulary;
import java.net.URI;
import java.time.temporal.Temporal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads bodies, whatever form they arrived in. */
final class OperationBody {

  private OperationBody() {}

  /** Text without markup, as everything else in UTF-8. */
  static final String TEXT_TYPE = "text/plain; charset=utf-8";

  /** Whether sharing {@code value} would let one side see the other's later changes. */
  static boolean isMutable(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case CharSequence text -> false;
      case Number number -> false;
      case Boolean bool -> false;
      case Enum<?> constant -> false;
      case UUID uuid -> false;
      case URI uri -> false;
      case Temporal time -> false;
      // By convention nobody writes to an array once it is a body: it is a file or a message.
      case byte[] bytes -> false;
      case RawJson json -> false;
      default -> true;
    };
  }

  /** The media type of a body that nobody has named one for. */
  static String typeOf(@Nullable Object body) {
    return switch (body) {
      case String text when !beginsAsJson(text.isBlank() ? ' ' : text.strip().charAt(0)) ->
          TEXT_TYPE;
      case byte[] bytes when bytes.length > 0 && !beginsAsJson((char) bytes[0]) ->
          OperationVocabulary.MEDIA_TYPE_APPLICATION_OCTET_STREAM;
      case null, default -> OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON;
    };
  }

  /** Stored documents are JSON objects; what authors set as text or bytes begins as they like. */
  private static boolean beginsAsJson(char first) {
    return first == '{' || first == '[' || first == '"';
  }

  static <T> T read(Operation op, Object body, Class<T> type) {
    if (Utils.isJson(body)) {
      if (!op.isJsonContent()) {
        throw new IllegalArgumentException(
            "Unrecognized Content-Type for parsing request body: " + op.getContentType());
      }
      if (type == String.class) {
        return type.cast(Utils.jsonText(body));
      }
      return Utils.fromJson(body, type);
    }
    if (type == String.class) {
      return type.cast(Utils.toJson(body));
    }
    return Utils.fromJson(body, type);
  }
}
