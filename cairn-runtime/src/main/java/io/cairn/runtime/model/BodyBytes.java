// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.document.DocumentJson;
import io.cairn.service.Operation;
import java.nio.charset.StandardCharsets;

/** The bodies of operations as they are sent. */
public final class BodyBytes {

  private static final byte[] NONE = new byte[0];

  private BodyBytes() {}

  /** The body of an operation that came as bytes: a text if its media type says so. */
  public static Object received(String contentType, byte[] body) {
    boolean text =
        contentType.startsWith("text/")
            || contentType.contains("xml")
            || contentType.contains("yaml");
    return text ? new String(body, StandardCharsets.UTF_8) : body;
  }

  /** The bytes of the body that an operation has now; none if it has no body. */
  public static byte[] of(Operation op) {
    return switch (op.getBodyRaw()) {
      case null -> NONE;
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case Object value -> DocumentJson.standard().toBytes(value);
    };
  }
}
