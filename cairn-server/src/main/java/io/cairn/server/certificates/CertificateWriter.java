// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.security.auth.x500.X500Principal;

/**
 * Writes X.509 certificates for elliptic curve keys, RFC 5280.
 *
 * <p>The JDK makes none through its public classes. These two kinds need so little of the format that
 * a writer is smaller than a library, and unlike {@code keytool} it needs no second process.
 */
final class CertificateWriter {
  private static final byte[] SIGNATURE_ALGORITHM =
      Der.sequence(Der.identifier("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
  private static final byte[] SIGNS_CERTIFICATES = Der.bits(1, (byte) 0b0000_0110);
  private static final byte[] SIGNS_HANDSHAKES = Der.bits(7, (byte) 0b1000_0000);
  private static final int SERIAL_BITS = 126;

  private final Random random;
  private final Instant from;

  /**
   * A writer of certificates that begin at {@code from}.
   *
   * @param random makes serial numbers
   */
  CertificateWriter(Random random, Instant from) {
    this.random = random;
    this.from = from;
  }

  /** An authority that signs certificates of hosts, and no other authorities. */
  X509Certificate authority(String name, KeyPair keys, Instant until)
      throws GeneralSecurityException {
    X500Principal subject = subject(name);
    byte[] constraints = Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO));
    return sign(
        new Contents(subject, subject, keys.getPublic(), until),
        List.of(
            extension("2.5.29.19", true, constraints),
            extension("2.5.29.15", true, SIGNS_CERTIFICATES),
            extension("2.5.29.14", false, Der.octets(keyId(keys.getPublic())))),
        keys.getPrivate());
  }

  /** A host's certificate, for listening and for dialing. */
  X509Certificate host(
      HostNames names, PublicKey key, Instant until, X509Certificate issuer, PrivateKey issuerKey)
      throws GeneralSecurityException {
    byte[] uses =
        Der.sequence(
            Der.identifier("1.3.6.1.5.5.7.3.1"), // server
            Der.identifier("1.3.6.1.5.5.7.3.2")); // client
    byte[] issuerId = Der.sequence(Der.numberedBytes(0, keyId(issuer.getPublicKey())));
    return sign(
        new Contents(issuer.getSubjectX500Principal(), subject(names.first()), key, until),
        List.of(
            extension("2.5.29.19", true, Der.sequence()),
            extension("2.5.29.15", true, SIGNS_HANDSHAKES),
            extension("2.5.29.37", false, uses),
            extension("2.5.29.17", false, names.encoded()),
            extension("2.5.29.14", false, Der.octets(keyId(key))),
            extension("2.5.29.35", false, issuerId)),
        issuerKey);
  }

  private record Contents(
      X500Principal issuer, X500Principal subject, PublicKey key, Instant until) {}

  private X509Certificate sign(Contents contents, List<byte[]> extensions, PrivateKey issuerKey)
      throws GeneralSecurityException {
    byte[] unsigned =
        Der.sequence(
            Der.numbered(0, Der.integer(BigInteger.TWO)), // version 3
            Der.integer(new BigInteger(SERIAL_BITS, random).setBit(0)),
            SIGNATURE_ALGORITHM,
            contents.issuer().getEncoded(),
            Der.sequence(Der.time(from), Der.time(contents.until())),
            contents.subject().getEncoded(),
            contents.key().getEncoded(),
            Der.numbered(3, Der.sequence(extensions)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(issuerKey);
    signature.update(unsigned);
    byte[] signed = Der.sequence(unsigned, SIGNATURE_ALGORITHM, Der.bits(0, signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(signed));
  }

  private static X500Principal subject(String commonName) {
    return new X500Principal("CN=" + commonName + ", O=Cairn tests");
  }

  private static byte[] extension(String identifier, boolean critical, byte[] value) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(Der.identifier(identifier));
    if (critical) {
      parts.add(Der.yes());
    }
    parts.add(Der.octets(value));
    return Der.sequence(parts);
  }

  /** RFC 7093, section 2: any 160 bits that tell keys apart. */
  private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
    return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
  }
}
