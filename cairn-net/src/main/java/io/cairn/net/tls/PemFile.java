// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM file, RFC 7468. Text around them is skipped, as tools write it.
 *
 * @param path the file, for messages
 * @param blocks in their order
 */
record PemFile(Path path, List<Block> blocks) {

  /** What stands between a BEGIN and an END line, in base64. */
  record Block(String label, String body) {}

  private static final long LARGEST = 4 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * Reads a file.
   *
   * @throws UnusableCertificateException if it cannot be read
   */
  static PemFile read(Path path) throws UnusableCertificateException {
    String text = text(path);
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return new PemFile(path, List.copyOf(blocks));
  }

  private static String text(Path path) throws UnusableCertificateException {
    try {
      if (Files.size(path) > LARGEST) {
        throw new UnusableCertificateException(path + " is too large for a PEM file");
      }
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (UnusableCertificateException tooLarge) {
      throw tooLarge;
    } catch (NoSuchFileException e) {
      throw new UnusableCertificateException("there is no file " + path, e);
    } catch (IOException e) {
      throw new UnusableCertificateException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns what a block holds.
   *
   * @throws UnusableCertificateException if that is not base64
   */
  byte[] bytes(Block block) throws UnusableCertificateException {
    try {
      return Base64.getDecoder().decode(block.body().replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new UnusableCertificateException(path + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the certificates, at least one.
   *
   * @throws UnusableCertificateException if there is none, or one is damaged
   */
  List<X509Certificate> certificates() throws UnusableCertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks) {
        if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
        }
      }
    } catch (CertificateException e) {
      throw new UnusableCertificateException(
          path + " holds a damaged certificate: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new UnusableCertificateException(
          path + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }
}
