// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key encrypted by scheme 2 of PKCS#5, RFC 8018, with PBKDF2. Java's own reading of it stops at
 * AES, and {@code openssl req} has long used triple DES.
 *
 * @param prf name of the function that PBKDF2 repeats, in Java's words
 * @param salt of PBKDF2
 * @param iterations of PBKDF2
 * @param cipher that sealed the key
 * @param iv where the cipher began
 * @param sealed the key
 */
@SuppressWarnings("ArrayRecordComponent") // It lives for one call, and nobody compares it.
record Pbes2(String prf, byte[] salt, int iterations, Algorithm cipher, byte[] iv, byte[] sealed) {

  /** A cipher in Java's words, and the bytes of its key. */
  record Algorithm(String name, int keyBytes) {}

  static final String IDENTIFIER = "1.2.840.113549.1.5.13";

  private static final String PBKDF2 = "1.2.840.113549.1.5.12";
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;

  private static final Map<String, String> PRFS =
      Map.of(
          "1.2.840.113549.2.7", "SHA1",
          "1.2.840.113549.2.8", "SHA224",
          "1.2.840.113549.2.9", "SHA256",
          "1.2.840.113549.2.10", "SHA384",
          "1.2.840.113549.2.11", "SHA512");

  private static final Map<String, Algorithm> CIPHERS =
      Map.of(
          "1.2.840.113549.3.7", new Algorithm("DESede", 24),
          "2.16.840.1.101.3.4.1.2", new Algorithm("AES", 16),
          "2.16.840.1.101.3.4.1.22", new Algorithm("AES", 24),
          "2.16.840.1.101.3.4.1.42", new Algorithm("AES", 32));

  /** The scheme by which an EncryptedPrivateKeyInfo is encrypted, as a dotted identifier. */
  static String schemeOf(byte[] encoded) throws GeneralSecurityException {
    return identifier(enter(enter(ByteBuffer.wrap(encoded), SEQUENCE), SEQUENCE));
  }

  /**
   * Reads an EncryptedPrivateKeyInfo of this scheme.
   *
   * @throws GeneralSecurityException if it is damaged or uses algorithms not known here
   */
  static Pbes2 read(byte[] encoded) throws GeneralSecurityException {
    ByteBuffer whole = enter(ByteBuffer.wrap(encoded), SEQUENCE);
    ByteBuffer scheme = enter(whole, SEQUENCE);
    identifier(scheme);
    ByteBuffer parameters = enter(scheme, SEQUENCE);
    ByteBuffer derivation = enter(parameters, SEQUENCE);
    String derivedBy = identifier(derivation);
    if (!derivedBy.equals(PBKDF2)) {
      throw new GeneralSecurityException("key derivation " + derivedBy);
    }
    ByteBuffer pbkdf2 = enter(derivation, SEQUENCE);
    byte[] salt = rest(enter(pbkdf2, OCTETS));
    int iterations = new BigInteger(rest(enter(pbkdf2, INTEGER))).intValueExact();
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new GeneralSecurityException(iterations + " iterations");
    }
    if (pbkdf2.hasRemaining() && pbkdf2.get(pbkdf2.position()) == INTEGER) {
      enter(pbkdf2, INTEGER); // The length of the key, which the cipher tells as well.
    }
    String prf = "1.2.840.113549.2.7";
    if (pbkdf2.hasRemaining()) {
      prf = identifier(enter(pbkdf2, SEQUENCE));
    }
    ByteBuffer encryption = enter(parameters, SEQUENCE);
    Algorithm cipher = known(CIPHERS, identifier(encryption), "cipher");
    byte[] iv = rest(enter(encryption, OCTETS));
    return new Pbes2(
        known(PRFS, prf, "hash"), salt, iterations, cipher, iv, rest(enter(whole, OCTETS)));
  }

  /**
   * Returns the key's encoding.
   *
   * @throws GeneralSecurityException if the passphrase is another
   */
  byte[] open(char[] passphrase) throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, cipher.keyBytes() * 8);
    try {
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmac" + prf).generateSecret(spec).getEncoded();
      Cipher opener = Cipher.getInstance(cipher.name() + "/CBC/PKCS5Padding");
      opener.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, cipher.name()), new IvParameterSpec(iv));
      return opener.doFinal(sealed);
    } finally {
      spec.clearPassword();
    }
  }

  private static <T> T known(Map<String, T> all, String identifier, String what)
      throws GeneralSecurityException {
    T found = all.get(identifier);
    if (found == null) {
      throw new GeneralSecurityException(what + " " + identifier);
    }
    return found;
  }

  /** The content of the next element, which must be of that kind. */
  private static ByteBuffer enter(ByteBuffer in, int tag) throws GeneralSecurityException {
    try {
      if ((in.get() & 0xff) != tag) {
        throw new GeneralSecurityException("unexpected structure");
      }
      int length = in.get() & 0xff;
      if (length > 0x80 && length <= 0x83) {
        int digits = length - 0x80;
        length = 0;
        for (int i = 0; i < digits; i++) {
          length = length << 8 | (in.get() & 0xff);
        }
      }
      ByteBuffer content = in.slice(in.position(), length);
      in.position(in.position() + length);
      return content;
    } catch (RuntimeException e) {
      throw new GeneralSecurityException("damaged structure", e);
    }
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private static String identifier(ByteBuffer in) throws GeneralSecurityException {
    byte[] bytes = rest(enter(in, OBJECT_IDENTIFIER));
    StringBuilder dotted = new StringBuilder();
    long arc = 0;
    for (byte each : bytes) {
      arc = arc << 7 | (each & 0x7f);
      if (each >= 0) {
        if (dotted.isEmpty()) {
          long root = Math.min(arc / 40, 2);
          dotted.append(root).append('.').append(arc - root * 40);
        } else {
          dotted.append('.').append(arc);
        }
        arc = 0;
      }
    }
    return dotted.toString();
  }
}
