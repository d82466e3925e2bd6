// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.stateful;

import io.cairn.store.DocumentVersion;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags (RFC 9110, section 8.8.3) of documents: the content signature, in quotes. Two versions
 * with the same content have the same tag.
 */
public final class EntityTags {

  private EntityTags() {}

  /** The tag of a version, or null if it carries no signature. */
  public static @Nullable String of(DocumentVersion version) {
    String signature = StateWriter.signatureOf(version.json());
    return signature == null ? null : '"' + signature + '"';
  }

  /**
   * Compares a version with the value of an {@code If-Match} or {@code If-None-Match} header: a list
   * of tags, or {@code *}.
   */
  public static boolean matches(String header, DocumentVersion version) {
    String tag = of(version);
    for (String candidate : header.split(",", -1)) {
      String trimmed = candidate.trim();
      String strong = trimmed.startsWith("W/") ? trimmed.substring(2) : trimmed;
      if (strong.equals("*") || strong.equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
