// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import java.util.Map;

/**
 * What a token of this group says. Immutable.
 *
 * @param id names the token
 * @param subjectLink link of the user's document
 * @param generation of the user's sessions when it was issued: when all of a user's sessions are
 *     revoked, those of an earlier generation end
 * @param expiresMicros when it ends, in microseconds since 1970
 * @param properties what a service of an application has had signed along with it
 */
public record TokenClaims(
    String id,
    String subjectLink,
    long generation,
    long expiresMicros,
    Map<String, String> properties) {
  public TokenClaims {
    properties = Map.copyOf(properties);
  }
}
