// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.store.index.DocumentVersion;
import java.util.Arrays;

/**
 * Entity tags (RFC 9110, section 8.8.3) of documents: the version and the time that made it, in
 * quotes. No two versions of a link have the same, even where it was deleted in between.
 */
public final class EntityTags {

  private EntityTags() {}

  /** The tag of a version. */
  public static String of(DocumentVersion version) {
    return of(version.version(), version.updateTimeMicros());
  }

  /** The tag of a version of which number and time are known. */
  public static String of(long version, long updateTimeMicros) {
    return "\"" + version + '-' + Long.toString(updateTimeMicros, 36) + '"';
  }

  /**
   * Compares a version with the value of an {@code If-None-Match} header: a list of tags, weak or
   * not, or {@code *}.
   */
  public static boolean matches(String header, DocumentVersion version) {
    return isListed(header.replace("W/", ""), version);
  }

  /** Compares a version with the value of an {@code If-Match} header, which no weak tag matches. */
  static boolean matchesStrongly(String header, DocumentVersion version) {
    return isListed(header, version);
  }

  private static boolean isListed(String header, DocumentVersion version) {
    if (header.strip().equals("*")) {
      return true;
    }
    String tag = of(version);
    return Arrays.stream(header.split(",", -1)).map(String::strip).anyMatch(tag::equals);
  }
}
