// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.revocation;

/**
 * What a session or an API key is known by where it is kept for longer than a request, and in the
 * audit: {@code ID.GENERATION}.
 *
 * @param id of the token or the key
 * @param generation under which it was issued
 */
public record ProofId(String id, long generation) {

  private static final char BEFORE_GENERATION = '.';

  /** The text. */
  public String text() {
    return id + BEFORE_GENERATION + Long.toString(generation, Character.MAX_RADIX);
  }

  /** Reads a text; one that is the id alone is of generation 0. */
  public static ProofId parse(String text) {
    int at = text.lastIndexOf(BEFORE_GENERATION);
    try {
      return at < 0
          ? new ProofId(text, 0)
          : new ProofId(
              text.substring(0, at), Long.parseLong(text.substring(at + 1), Character.MAX_RADIX));
    } catch (NumberFormatException e) {
      return new ProofId(text, 0);
    }
  }
}
