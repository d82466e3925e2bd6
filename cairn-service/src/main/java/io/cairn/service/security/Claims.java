// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import java.util.Map;

/** What a token says. Immutable. */
public final class Claims {

  private final String subject;
  private final long expirationTimeMicros;
  private final Map<String, String> properties;

  Claims(String subject, long expirationTimeMicros, Map<String, String> properties) {
    this.subject = subject;
    this.expirationTimeMicros = expirationTimeMicros;
    this.properties = properties;
  }

  /** The link of the user's document. */
  public String getSubject() {
    return subject;
  }

  /** When the token ends, in seconds since the epoch; 0 for never. */
  public long getExpirationTime() {
    return expirationTimeMicros / 1_000_000;
  }

  /** What it says beyond that. */
  public Map<String, String> getProperties() {
    return properties;
  }
}
