// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.cairn.net.LoggedWarnings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A certificate that ends is told of before it does. */
@Isolated("looks at what all log")
class CertificateExpiryTest {
  private final Instant end =
      Instant.now().plus(Duration.ofDays(300)).truncatedTo(ChronoUnit.SECONDS);

  @TempDir Path directory;

  private TlsConfig certificate() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=node")
            .notBefore(Instant.now().minus(Duration.ofDays(1)))
            .notAfter(end)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path chain = directory.resolve("node.crt");
    Path key = directory.resolve("node.key");
    Files.writeString(chain, bundle.getCertificatePathPEM());
    Files.writeString(key, bundle.getPrivateKeyPEM());
    return new TlsConfig(chain, key, null, null, TlsConfig.ClientAuth.NONE);
  }

  @Test
  void theLastThirtyDaysOfACertificateAreToldOfAtTheStartAndWheneverItIsLookedAt()
      throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(end.minus(Duration.ofDays(31)));
    try (LoggedWarnings log = new LoggedWarnings(ReloadingTls.class);
        ReloadingTls tls = ReloadingTls.open(certificate(), Duration.ZERO, now::get)) {
      assertThat(tls.concern()).isEmpty();
      assertThat(log.events()).isEmpty();

      now.set(end.minus(Duration.ofDays(12)));
      tls.remind();
      assertThat(tls.concern().orElseThrow())
          .contains("node.crt", "in 12 days", "Replace the file");

      now.set(end.plusSeconds(1));
      tls.remind();
      assertThat(tls.concern().orElseThrow()).contains("expired at", "Replace the file");
      assertThat(log.events()).hasSize(2).allMatch(event -> event.getLevel() == Level.WARN);
    }
    now.set(end.minusSeconds(1));
    try (LoggedWarnings log = new LoggedWarnings(ReloadingTls.class);
        ReloadingTls soon = ReloadingTls.open(certificate(), Duration.ZERO, now::get)) {
      assertThat(log.events()).as("at the start, " + soon.concern()).hasSize(1);
    }
  }

  @Test
  void aCertificateOfTheFutureIsToldOfToo() throws Exception {
    try (ReloadingTls tls =
        ReloadingTls.open(
            certificate(), Duration.ZERO, () -> Instant.now().minus(Duration.ofDays(9)))) {
      assertThat(tls.concern().orElseThrow()).contains("valid from", "clock");
    }
  }
}
