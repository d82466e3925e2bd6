// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user's name and password as HTTP sends them (RFC 7617).
 *
 * @param user the name, as it was given
 * @param password in clear
 */
public record BasicCredentials(String user, String password) {

  static final String SCHEME = "Basic ";

  /**
   * Reads them.
   *
   * @param header the value of {@code authorization}
   * @throws IllegalArgumentException if it has another form; the message shows nothing of it
   */
  public static BasicCredentials parse(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw malformed();
    }
    String decoded;
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw malformed();
    }
    int colon = decoded.indexOf(':');
    if (colon <= 0) {
      throw malformed();
    }
    return new BasicCredentials(decoded.substring(0, colon), decoded.substring(colon + 1));
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "The authorization header must be 'Basic ' and the base64 of user:password");
  }

  /** Shows nothing of them: this text ends up in logs. */
  @Override
  public String toString() {
    return "BasicCredentials";
  }
}
