// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads a private key: PKCS#8 in PEM form, plain or encrypted with a passphrase. */
final class PrivateKeyFile {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

  private PrivateKeyFile() {}

  /**
   * Reads the file.
   *
   * @param passphrase what the key is encrypted with; null when it is not
   * @throws UnusableCertificateException if there is no such key, or the passphrase does not fit
   */
  static PrivateKey read(Path path, @Nullable String passphrase)
      throws UnusableCertificateException {
    PemFile file = PemFile.read(path);
    for (PemFile.Block block : file.blocks()) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(path, file.bytes(block));
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          PrivateKey opened = keyOrNull(decrypted(path, file.bytes(block), passphrase));
          if (opened == null) { // Another passphrase may happen to leave a valid padding.
            throw wrongPassphrase(path, null);
          }
          return opened;
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
            throw new UnusableCertificateException(
                "%s holds a key in the older form \"%s\"; convert it to PKCS#8: openssl pkcs8 -topk8 -nocrypt -in %s -out %s"
                    .formatted(path, block.label(), path, path + ".pkcs8"));
        default -> {}
      }
    }
    throw new UnusableCertificateException(
        path + " holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey key(Path path, byte[] pkcs8) throws UnusableCertificateException {
    PrivateKey key = keyOrNull(pkcs8);
    if (key == null) {
      throw new UnusableCertificateException(
          path + " holds a damaged private key, or one of an unknown algorithm");
    }
    return key;
  }

  private static @Nullable PrivateKey keyOrNull(byte[] pkcs8) {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    for (String algorithm : ALGORITHMS) {
      PrivateKey key = keyOf(algorithm, spec);
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  private static UnusableCertificateException wrongPassphrase(
      Path path, @Nullable Throwable cause) {
    return new UnusableCertificateException(
        "the passphrase does not open " + path + "; see --keyPassphrase", cause);
  }

  private static @Nullable PrivateKey keyOf(String algorithm, PKCS8EncodedKeySpec spec) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(spec);
    } catch (InvalidKeySpecException | NoSuchAlgorithmException another) {
      return null;
    }
  }

  private static byte[] decrypted(Path path, byte[] sealed, @Nullable String passphrase)
      throws UnusableCertificateException {
    if (passphrase == null || passphrase.isEmpty()) {
      throw new UnusableCertificateException(
          path + " is encrypted; give its passphrase with --keyPassphrase or CAIRN_KEY_PASSPHRASE");
    }
    Opener opener;
    try {
      opener =
          Pbes2.schemeOf(sealed).equals(Pbes2.IDENTIFIER)
              ? Pbes2.read(sealed)::open
              : openerOfOlderScheme(sealed);
    } catch (IOException
        | GeneralSecurityException
        | ArithmeticException
        | NumberFormatException e) {
      throw new UnusableCertificateException(
          "%s is encrypted in a way that is not known here (%s); encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in %s -out %s"
              .formatted(path, e.getMessage(), path, path + ".pbes2"),
          e);
    }
    try {
      return opener.open(passphrase.toCharArray());
    } catch (GeneralSecurityException e) {
      throw wrongPassphrase(path, e);
    }
  }

  /** Opens an encrypted key; fails if the passphrase is another. */
  @FunctionalInterface
  private interface Opener {
    byte[] open(char[] passphrase) throws GeneralSecurityException;
  }

  /** Those of PKCS#12 and scheme 1 of PKCS#5, which Java knows. */
  private static Opener openerOfOlderScheme(byte[] sealed)
      throws IOException, GeneralSecurityException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(sealed);
    SecretKeyFactory factory = SecretKeyFactory.getInstance(info.getAlgName());
    Cipher cipher = Cipher.getInstance(info.getAlgName());
    return passphrase -> {
      SecretKey secret = factory.generateSecret(new PBEKeySpec(passphrase));
      cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
      return info.getKeySpec(cipher).getEncoded();
    };
  }
}
