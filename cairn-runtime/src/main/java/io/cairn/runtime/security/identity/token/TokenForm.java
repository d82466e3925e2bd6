// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * What a signed token must look like before anything in it is believed: short, three parts of
 * base64url, two of them JSON objects that say nothing twice.
 */
public final class TokenForm {

  /** The longest token that is looked at, in characters. */
  public static final int LONGEST = 8 << 10;

  private static final Set<String> KEYS_OF_THEIR_OWN =
      Set.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc");

  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxStringLength(LONGEST)
                  .maxNumberLength(20)
                  .build())
          .build();

  private TokenForm() {}

  /**
   * Reads a token without believing it.
   *
   * @throws RefusedTokenException if it has another form
   */
  public static SignedJWT read(String token) throws RefusedTokenException {
    if (token.length() > LONGEST) {
      throw new RefusedTokenException(
          "The token has %d characters, at most %d are looked at"
              .formatted(token.length(), LONGEST));
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first <= 0 || second <= first + 1 || second == token.length() - 1) {
      throw new RefusedTokenException("The token is not of three parts");
    }
    for (int at = 0; at < token.length(); at++) {
      if (!isLetter(token.charAt(at))) {
        throw new RefusedTokenException("The token has a character that no token has");
      }
    }
    requireObject(token.substring(0, first));
    requireObject(token.substring(first + 1, second));
    try {
      SignedJWT read = SignedJWT.parse(token);
      for (String parameter : read.getHeader().getIncludedParams()) {
        if (KEYS_OF_THEIR_OWN.contains(parameter)) {
          throw new RefusedTokenException("The token's header must not have " + parameter);
        }
      }
      return read;
    } catch (ParseException | IllegalArgumentException e) {
      throw new RefusedTokenException("The token is no signed token");
    }
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }

  private static void requireObject(String part) throws RefusedTokenException {
    byte[] json = new Base64URL(part).decode();
    try (JsonParser parser = STRICT.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new RefusedTokenException("A part of the token is no JSON object");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new RefusedTokenException("A part of the token goes on behind its JSON object");
      }
    } catch (JacksonException e) {
      throw new RefusedTokenException(
          "A part of the token is no JSON object, or says something twice");
    }
  }
}
