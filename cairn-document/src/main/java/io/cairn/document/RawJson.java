// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A JSON value that is already serialized: it is written as it is wherever it occurs in an object
 * that {@link DocumentJson} writes. Lets results embed stored documents without parsing them.
 *
 * @param utf8 the value as UTF-8 JSON; must be valid and must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // not copied: embedding without copying is its purpose
public record RawJson(byte[] utf8) {
  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson raw && Arrays.equals(utf8, raw.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  /** Returns the JSON text. */
  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
