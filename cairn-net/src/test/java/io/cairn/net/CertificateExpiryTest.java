// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import org.slf4j.LoggerFactory;

/** A certificate that ends is told of before it does. */
class CertificateExpiryTest {
  private static final Instant END =
      Instant.now().plus(Duration.ofDays(300)).truncatedTo(ChronoUnit.SECONDS);

  @TempDir Path directory;

  private TlsConfig certificate() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=node")
            .notBefore(Instant.now().minus(Duration.ofDays(1)))
            .notAfter(END)
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
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ReloadingTls.class);
    log.start();
    logger.addAppender(log);
    AtomicReference<Instant> now = new AtomicReference<>(END.minus(Duration.ofDays(31)));
    try (ReloadingTls tls = ReloadingTls.open(certificate(), Duration.ZERO, now::get)) {
      assertThat(tls.concern()).isEmpty();
      assertThat(log.list).isEmpty();

      now.set(END.minus(Duration.ofDays(12)));
      tls.remind();
      assertThat(tls.concern().orElseThrow())
          .contains("node.crt", "in 12 days", "Replace the file");

      now.set(END.plusSeconds(1));
      tls.remind();
      assertThat(tls.concern().orElseThrow()).contains("expired at", "Replace the file");
      assertThat(log.list)
          .hasSize(2)
          .allMatch(event -> event.getLevel() == Level.WARN);
    } finally {
      logger.detachAppender(log);
    }
    now.set(END.minusSeconds(1));
    log.list.clear();
    logger.addAppender(log);
    try (ReloadingTls soon = ReloadingTls.open(certificate(), Duration.ZERO, now::get)) {
      assertThat(log.list).as("at the start of " + soon).hasSize(1);
    } finally {
      logger.detachAppender(log);
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
