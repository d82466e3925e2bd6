// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/**
 * Makes an authority and one certificate of it, to try HTTPS with. The authority's key is dropped.
 */
final class TestCertificates {
  static final String AUTHORITY = "ca.crt";
  static final String CERTIFICATE = "node.crt";
  static final String KEY = "node.key";
  static final String TRUST_STORE = "truststore.p12";
  static final String TRUST_STORE_PASSWORD = "changeit";
  static final List<String> FILES = List.of(AUTHORITY, CERTIFICATE, KEY, TRUST_STORE);

  private static final String AUTHORITY_ALIAS = "authority";
  private static final String HOST_ALIAS = "host";

  /** Clocks of other machines may be behind. */
  private static final Duration HEAD_START = Duration.ofDays(1);

  /** The longest that every client accepts. */
  private static final Duration HOST_LIFE = Duration.ofDays(825);

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

  private final InstantSource clock;
  private final SecureRandom random;
  private final Path javaHome;

  TestCertificates(InstantSource clock, SecureRandom random, Path javaHome) {
    this.clock = clock;
    this.random = random;
    this.javaHome = javaHome;
  }

  /**
   * Writes {@link #FILES} into a directory, each whole or not at all, over those that are there.
   *
   * @return until when the certificate is valid
   * @throws IllegalStateException if this Java cannot make them
   */
  Instant writeTo(Path directory, HostNames names) throws IOException, GeneralSecurityException {
    Files.createDirectories(directory);
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String password = Base64.getEncoder().encodeToString(bytes);
    Path closed = Files.createTempDirectory(directory, ".keys"); // Its owner's alone.
    Path store = closed.resolve("keys.p12");
    try {
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      makeKeys(new Keytool(javaHome, store, password), names, now.minus(HEAD_START));
      write(directory, KeyStore.getInstance(store.toFile(), password.toCharArray()), password);
      return now.plus(HOST_LIFE);
    } finally {
      Files.deleteIfExists(store);
      Files.deleteIfExists(closed);
    }
  }

  private static void makeKeys(Keytool keytool, HostNames names, Instant from) throws IOException {
    keytool.makeKey(
        AUTHORITY_ALIAS,
        new Keytool.Certificate(
            "Cairn test authority",
            from,
            HEAD_START.plus(AUTHORITY_LIFE),
            List.of("bc:critical=ca:true,pathlen:0", "ku:critical=keyCertSign,cRLSign")));
    keytool.makeKey(
        HOST_ALIAS,
        new Keytool.Certificate(
            names.first(),
            from,
            HEAD_START.plus(HOST_LIFE),
            List.of(
                "bc:critical=ca:false",
                "ku:critical=digitalSignature",
                "eku=serverAuth,clientAuth",
                "san=" + names.extension())),
        "-signer",
        AUTHORITY_ALIAS);
  }

  private static void write(Path directory, KeyStore keys, String password)
      throws IOException, GeneralSecurityException {
    Certificate authority = keys.getCertificate(AUTHORITY_ALIAS);
    Key key = keys.getKey(HOST_ALIAS, password.toCharArray());
    String authorityPem = pem("CERTIFICATE", authority.getEncoded());
    String hostPem = pem("CERTIFICATE", keys.getCertificate(HOST_ALIAS).getEncoded());
    write(directory.resolve(KEY), ascii(pem("PRIVATE KEY", key.getEncoded())), "rw-------");
    write(directory.resolve(CERTIFICATE), ascii(hostPem + authorityPem), "rw-r--r--");
    write(directory.resolve(AUTHORITY), ascii(authorityPem), "rw-r--r--");
    write(directory.resolve(TRUST_STORE), trustStore(authority), "rw-r--r--");
  }

  private static byte[] trustStore(Certificate authority)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("cairn-test-authority", authority);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, TRUST_STORE_PASSWORD.toCharArray());
    return bytes.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String pem(String label, byte[] bytes) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /** The permissions are there before the content is. */
  private static void write(Path file, byte[] bytes, String permissions) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            }
            : new FileAttribute<?>[0];
    Path directory = file.toAbsolutePath().getParent();
    Path fresh = Files.createTempFile(directory, "." + file.getFileName(), ".new", attributes);
    try {
      Files.write(fresh, bytes);
      try {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
