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
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/** Makes an authority and one certificate of it, to try HTTPS with. The authority's key is dropped. */
final class TestCertificates {
  static final String AUTHORITY = "ca.crt";
  static final String CERTIFICATE = "node.crt";
  static final String KEY = "node.key";
  static final String TRUST_STORE = "truststore.p12";
  static final String TRUST_STORE_PASSWORD = "changeit";
  static final List<String> FILES = List.of(AUTHORITY, CERTIFICATE, KEY, TRUST_STORE);

  /** Clocks of other machines may be behind. */
  private static final Duration HEAD_START = Duration.ofDays(1);

  /** The longest that every client accepts. */
  private static final Duration HOST_LIFE = Duration.ofDays(825);

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

  private final InstantSource clock;
  private final SecureRandom random;

  TestCertificates(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Writes {@link #FILES} into a directory, each whole or not at all, over those that are there.
   *
   * @return until when the certificate is valid
   */
  Instant writeTo(Path directory, HostNames names) throws IOException, GeneralSecurityException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    CertificateWriter writer = new CertificateWriter(random, now.minus(HEAD_START));
    KeyPair authorityKeys = newKeys();
    X509Certificate authority =
        writer.authority("Cairn test authority", authorityKeys, now.plus(AUTHORITY_LIFE));
    KeyPair hostKeys = newKeys();
    Instant until = now.plus(HOST_LIFE);
    X509Certificate host =
        writer.host(names, hostKeys.getPublic(), until, authority, authorityKeys.getPrivate());

    String authorityPem = pem("CERTIFICATE", authority.getEncoded());
    String hostPem = pem("CERTIFICATE", host.getEncoded());
    String keyPem = pem("PRIVATE KEY", hostKeys.getPrivate().getEncoded());
    Files.createDirectories(directory);
    write(directory.resolve(KEY), ascii(keyPem), "rw-------");
    write(directory.resolve(CERTIFICATE), ascii(hostPem + authorityPem), "rw-r--r--");
    write(directory.resolve(AUTHORITY), ascii(authorityPem), "rw-r--r--");
    write(directory.resolve(TRUST_STORE), trustStore(authority), "rw-r--r--");
    return until;
  }

  private KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private static byte[] trustStore(X509Certificate authority)
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
