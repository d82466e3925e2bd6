// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a password: an Argon2id hash (RFC 9106) with its salt and its cost, as text in
 * the form that other software writes too, {@code $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}.
 * Immutable.
 */
final class PasswordHash {

  /** The cost that OWASP recommends first: 19 MiB, two passes, about 50 ms of a processor. */
  static final Cost USUAL = new Cost(19 << 10, 2, 1);

  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  private final Cost cost;
  private final byte[] salt;
  private final byte[] hash;

  /**
   * What a hash takes. Stored hashes are read within these limits, so that a document cannot have a
   * login take all memory.
   *
   * @param memoryKib kibibytes of memory, at most 256 MiB
   * @param passes over the memory, at most 16
   * @param lanes at most 8
   */
  record Cost(int memoryKib, int passes, int lanes) {
    Cost {
      if (lanes < 1 || lanes > 8 || passes < 1 || passes > 16) {
        throw new IllegalArgumentException(
            "a hash with %d passes and %d lanes".formatted(passes, lanes));
      }
      if (memoryKib < 8 * lanes || memoryKib > 256 << 10) {
        throw new IllegalArgumentException("a hash of %d KiB".formatted(memoryKib));
      }
    }
  }

  private PasswordHash(Cost cost, byte[] salt, byte[] hash) {
    this.cost = cost;
    this.salt = salt;
    this.hash = hash;
  }

  /** Hashes a password. Takes long. */
  static PasswordHash of(String password, Cost cost, SecureRandom random) {
    byte[] salt = fresh(SALT_BYTES, random);
    return new PasswordHash(cost, salt, derive(password, salt, cost, HASH_BYTES));
  }

  /** The hash of no known password: compared where there is no account, it takes as long. */
  static PasswordHash ofNobody(SecureRandom random) {
    return new PasswordHash(USUAL, fresh(SALT_BYTES, random), fresh(HASH_BYTES, random));
  }

  private static byte[] fresh(int length, SecureRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Reads what was kept; null if it is no such hash, or one that would take too much. */
  static @Nullable PasswordHash parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    try {
      Cost cost = new Cost(number(parts, 1), number(parts, 2), number(parts, 3));
      Base64.Decoder base64 = Base64.getDecoder();
      return new PasswordHash(cost, base64.decode(parts.group(4)), base64.decode(parts.group(5)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static int number(Matcher parts, int group) {
    return Integer.parseInt(parts.group(group));
  }

  /** Whether this is the hash of a password. Takes long, and equally long whatever the answer. */
  boolean matches(String password) {
    return MessageDigest.isEqual(hash, derive(password, salt, cost, hash.length));
  }

  /** Whether it was made at another cost than is usual now. */
  boolean isOutdated() {
    return !cost.equals(USUAL);
  }

  private static byte[] derive(String password, byte[] salt, Cost cost, int length) {
    byte[] secret = password.getBytes(StandardCharsets.UTF_8);
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(cost.memoryKib())
              .withIterations(cost.passes())
              .withParallelism(cost.lanes())
              .withSalt(salt)
              .build());
      byte[] derived = new byte[length];
      generator.generateBytes(secret, derived);
      return derived;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** The form in which it is kept. */
  String encoded() {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            cost.memoryKib(),
            cost.passes(),
            cost.lanes(),
            base64.encodeToString(salt),
            base64.encodeToString(hash));
  }

  /** Shows nothing of it: this text ends up in logs. */
  @Override
  public String toString() {
    return "PasswordHash";
  }
}
