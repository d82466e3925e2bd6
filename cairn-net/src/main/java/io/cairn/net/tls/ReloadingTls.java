// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import static java.util.Objects.requireNonNull;

import io.cairn.net.NetClock;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side's certificate and the authorities it trusts, for listeners and for dialing alike, read
 * again when their files change. What cannot be used is logged, and what was there before stays.
 * Connections keep what they began with; new ones get the newest.
 *
 * <p>Files are looked at every second, and are read once they have stood still from one look to the
 * next, so that a certificate and its key may be replaced one after the other.
 *
 * <p>Safe for use by any thread. Close it to stop looking.
 */
public final class ReloadingTls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long DAY_HOURS = 24;

  /** Reads all files. */
  @FunctionalInterface
  private interface Source {
    TlsMaterial load() throws UnusableCertificateException;
  }

  private final Source source;
  private final List<Path> files;
  private final TlsConfig.ClientAuth clientAuth;
  private final boolean certifiesClients;
  private final SSLContext renewing;
  private final ScheduledExecutorService timer;
  private final InstantSource clock;
  private final @Nullable Path certificate;
  private volatile TlsContexts contexts;
  private volatile List<X509Certificate> chain;

  // Guarded by this.
  private FileStamps seen;
  private FileStamps tried;

  private ReloadingTls(
      Source source,
      List<Path> files,
      TlsConfig.ClientAuth clientAuth,
      boolean certifiesClients,
      Looks looks)
      throws UnusableCertificateException {
    this.source = source;
    this.certifiesClients = certifiesClients;
    this.files = files;
    this.clientAuth = clientAuth;
    this.seen = FileStamps.of(files);
    this.tried = seen;
    this.certificate = looks.certificate;
    this.clock = looks.clock;
    TlsMaterial material = source.load();
    this.contexts = TlsContexts.of(material, clientAuth);
    this.chain = material.chain();
    this.renewing = new RenewingSslContext(() -> contexts.world());
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cairn-certificates").factory());
    Duration interval = looks.interval;
    if (interval.isPositive()) {
      var _ =
          timer.scheduleWithFixedDelay(
              this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
      var _ = timer.scheduleWithFixedDelay(this::remind, DAY_HOURS, DAY_HOURS, TimeUnit.HOURS);
    }
    remind();
  }

  /**
   * What is looked at, how often, and the time of day.
   *
   * @param certificate this side's own, whose end is told of in time; null if it has none
   */
  private record Looks(@Nullable Path certificate, Duration interval, InstantSource clock) {}

  /** Says that the own certificate ends soon, if so; at the start, each day, and with a new one. */
  void remind() {
    concern().ifPresent(LOG::warn);
  }

  /**
   * Returns what is wrong with the own certificate, and what to do: it has expired, or will soon.
   */
  public Optional<String> concern() {
    List<X509Certificate> own = chain;
    return certificate == null || own.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(
            CertificateExpiry.concern(own.getFirst(), certificate, clock.instant()));
  }

  /** Returns when the own certificate ends; empty if there is none. */
  public Optional<Instant> certificateEnd() {
    List<X509Certificate> own = chain;
    return certificate == null || own.isEmpty()
        ? Optional.empty()
        : Optional.of(own.getFirst().getNotAfter().toInstant());
  }

  /**
   * Reads a certificate, its key and the trusted authorities, and begins to watch them.
   *
   * @throws UnusableCertificateException if a file cannot be used
   */
  public static ReloadingTls open(TlsConfig config) throws UnusableCertificateException {
    return open(config, INTERVAL, NetClock.timeOfDay());
  }

  /** With another interval between looks; zero for none but {@link #look}. */
  static ReloadingTls open(TlsConfig config, Duration interval)
      throws UnusableCertificateException {
    return open(config, interval, NetClock.timeOfDay());
  }

  static ReloadingTls open(TlsConfig config, Duration interval, InstantSource clock)
      throws UnusableCertificateException {
    List<Path> files = new ArrayList<>();
    addTrust(files, config.trustedCertificates());
    boolean chosen = !files.isEmpty();
    files.addAll(List.of(config.certificateChain(), config.privateKey()));
    return new ReloadingTls(
        () -> TlsMaterial.load(config),
        List.copyOf(files),
        config.clientAuth(),
        chosen && config.clientAuth() != TlsConfig.ClientAuth.NONE,
        new Looks(config.certificateChain(), interval, clock));
  }

  /**
   * Reads trusted authorities only, for a side that has no certificate and only dials.
   *
   * @param authorities PEM file; null for those that the JVM trusts
   * @throws UnusableCertificateException if the file cannot be used
   */
  public static ReloadingTls trusting(@Nullable Path authorities)
      throws UnusableCertificateException {
    List<Path> files = new ArrayList<>();
    addTrust(files, authorities);
    return new ReloadingTls(
        () -> TlsMaterial.trusting(authorities),
        List.copyOf(files),
        TlsConfig.ClientAuth.NONE,
        false,
        new Looks(null, INTERVAL, NetClock.timeOfDay()));
  }

  /** The JVM's own trust store is asked for by property, because that is how the JVM is told. */
  private static void addTrust(List<Path> files, @Nullable Path authorities) {
    String store = System.getProperty("javax.net.ssl.trustStore");
    if (authorities != null) {
      files.add(authorities);
    }
    if (store != null && !store.isEmpty() && !store.equals("NONE")) {
      files.add(Path.of(store));
    }
  }

  /**
   * Checks what {@link #open} would read.
   *
   * @throws UnusableCertificateException if a file cannot be used
   */
  public static void check(TlsConfig config) throws UnusableCertificateException {
    TlsContexts.of(TlsMaterial.load(config), config.clientAuth());
  }

  /**
   * Returns what listeners use for the next connection.
   *
   * @throws IllegalStateException if there is no certificate
   */
  public SslContext server() {
    SslContext server = contexts.server();
    if (server == null) {
      throw new IllegalStateException("a listener needs a certificate");
    }
    return server;
  }

  /**
   * Returns what dials the next connection to a member of the group: it trusts the named
   * authorities alone, or else the JVM's, checks the name of the other side, and shows the own
   * certificate to whoever asks. Make handlers with {@code newHandler(allocator, host, port)}.
   */
  public SslContext peer() {
    return contexts.peer();
  }

  /**
   * Returns what requests to any server use. It is one object for good, and each connection made
   * with it uses the newest files. It trusts the JVM's authorities and the named ones.
   */
  public SSLContext world() {
    return renewing;
  }

  /**
   * Whether listeners ask for certificates, and trust authorities that somebody chose for that,
   * rather than all those that the JVM knows.
   */
  public boolean asksForCertificatesOfChosenAuthorities() {
    return certifiesClients;
  }

  /** Reads the files if they have changed and then stood still since the last look. */
  synchronized void look() {
    FileStamps now = FileStamps.of(files);
    boolean still = now.equals(seen);
    seen = now;
    if (!still || now.equals(tried)) {
      return;
    }
    tried = now;
    try {
      TlsMaterial material = source.load();
      contexts = TlsContexts.of(material, clientAuth);
      chain = material.chain();
      LOG.info("Certificates were read again{}", describe(material));
      remind();
    } catch (UnusableCertificateException e) {
      LOG.error("The new certificates cannot be used, those before stay: {}", e.getMessage());
    } catch (RuntimeException e) {
      // It would end the timer.
      LOG.error("The new certificates cannot be used, those before stay", e);
    }
  }

  private static String describe(TlsMaterial material) {
    if (material.chain().isEmpty()) {
      return "";
    }
    X509Certificate own = requireNonNull(material.chain().getFirst());
    return ": " + own.getSubjectX500Principal() + " until " + own.getNotAfter().toInstant();
  }

  /** Stops looking; what was read stays usable. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
