// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of an API key, {@code cairn_ID_SECRET}: the id finds the key's document, the secret of
 * 256 random bits proves it. What is kept is a SHA-256 of the secret: to guess that many bits is
 * hopeless, so that no slow hash is needed. Immutable.
 *
 * @param id names the document
 * @param secret nobody else knows it
 */
record KeyText(String id, String secret) {

  /** What every key begins with, so that scanners for leaked secrets know one. */
  static final String PREFIX = "cairn_";

  private static final Pattern FORM =
      Pattern.compile(PREFIX + "([a-z0-9]{16})_([A-Za-z0-9_-]{43})");
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 16;
  private static final int SECRET_BYTES = 32;

  /** Makes a new one. */
  static KeyText random(SecureRandom random) {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new KeyText(
        id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Reads one; null if the text is none. */
  static @Nullable KeyText parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches() ? new KeyText(parts.group(1), parts.group(2)) : null;
  }

  /** What is kept of the secret. */
  String hash() {
    return HexFormat.of().formatHex(sha256(secret));
  }

  /** Whether it is the key that a hash was kept of. Takes equally long whatever the answer. */
  boolean matches(String hash) {
    return MessageDigest.isEqual(
        hash().getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The key as it is shown once. */
  String whole() {
    return PREFIX + id + '_' + secret;
  }

  /** Shows the id alone: this text ends up in logs. */
  @Override
  public String toString() {
    return "KeyText[" + id + "]";
  }
}
