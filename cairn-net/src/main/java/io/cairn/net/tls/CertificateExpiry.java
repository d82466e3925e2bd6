// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says when a host's own certificate ends, early enough to renew it. */
final class CertificateExpiry {
  static final Duration NOTICE = Duration.ofDays(30);

  private CertificateExpiry() {}

  /**
   * Returns what is wrong with a certificate and what to do, or null.
   *
   * @param file where it was read
   */
  static @Nullable String concern(X509Certificate certificate, Path file, Instant now) {
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(begin)) {
      return "The certificate %s is valid from %s on only: others refuse it until then. Check the clock of this host"
          .formatted(file, begin);
    }
    if (!now.isBefore(end)) {
      return "The certificate %s expired at %s: others refuse it. Replace the file; it is read again by itself"
          .formatted(file, end);
    }
    Duration left = Duration.between(now, end);
    if (left.compareTo(NOTICE) > 0) {
      return null;
    }
    return "The certificate %s expires at %s, in %s. Replace the file before; it is read again by itself"
        .formatted(
            file, end, left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours");
  }
}
