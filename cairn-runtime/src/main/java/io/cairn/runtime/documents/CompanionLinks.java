// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Links of documents that the runtime keeps beside another one, in the same partition: who owns the
 * one owns the other, and both are changed by one log. Such a link begins with the hash of the
 * other one's.
 */
public final class CompanionLinks {

  private static final String PREFIX = ServiceUriPaths.CORE_SUBSCRIPTIONS + '/';
  private static final int HASH_DIGITS = 8;
  private static final int NAME_BYTES = 16;

  private CompanionLinks() {}

  /**
   * The link of a companion.
   *
   * @param beside the link of the other document
   * @param name tells it from other companions; may be of any characters
   */
  public static String of(String beside, String name) {
    return link(PREFIX, beside, name);
  }

  /** The link of a companion that nothing shows; see {@link DocumentVersion#HIDDEN_LINKS}. */
  public static String hidden(String beside, String name) {
    return link(DocumentVersion.HIDDEN_LINKS, beside, name);
  }

  private static String link(String prefix, String beside, String name) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest((beside + '\n' + name).getBytes(StandardCharsets.UTF_8));
      return prefix
          + HexFormat.of().toHexDigits(beside.hashCode())
          + '-'
          + HexFormat.of().formatHex(sum, 0, NAME_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether a link is a companion's. */
  public static boolean isOne(String link) {
    return link.startsWith(PREFIX) || DocumentVersion.isHidden(link);
  }

  /** What the partition of a link follows from. */
  static int hash(String link) {
    int begin =
        DocumentVersion.isHidden(link) ? DocumentVersion.HIDDEN_LINKS.length() : PREFIX.length();
    int end = begin + HASH_DIGITS;
    if (!isOne(link) || link.length() <= end || link.charAt(end) != '-') {
      return link.hashCode();
    }
    for (int at = begin; at < end; at++) {
      if (!HexFormat.isHexDigit(link.charAt(at))) {
        return link.hashCode();
      }
    }
    return HexFormat.fromHexDigits(link, begin, end);
  }
}
