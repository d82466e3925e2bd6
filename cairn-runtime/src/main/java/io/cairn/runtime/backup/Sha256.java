// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The checksum of files in backups. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
