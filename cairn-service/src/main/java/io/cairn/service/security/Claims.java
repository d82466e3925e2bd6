// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a token of a host says: whose it is, until when, and properties of the application. */
public class Claims extends Rfc7519Claims {

  @JsonProperty("props")
  private @Nullable Map<String, String> properties;

  /** Claims that say nothing; {@link Builder} makes others. */
  public Claims() {}

  /** The claims of a subject. */
  static Claims of(String subject, long expirationTimeMicros, Map<String, String> properties) {
    Builder builder = new Builder().setProperties(properties);
    builder.setSubject(subject);
    if (expirationTimeMicros != 0) {
      builder.setExpirationTime(TimeUnit.MICROSECONDS.toSeconds(expirationTimeMicros));
    }
    return builder.getResult();
  }

  /** What the token says beyond the rest; empty if nothing. */
  public Map<String, String> getProperties() {
    return properties == null ? Map.of() : Map.copyOf(properties);
  }

  /** Puts claims together. Not thread-safe. */
  public static class Builder extends Rfc7519Builder<Claims> {
    /** Begins with nothing. */
    public Builder() {
      super(Claims::new);
    }

    /** Sets what the token says beyond the rest. */
    public Builder setProperties(Map<String, String> properties) {
      getInstance().properties = Map.copyOf(properties);
      return this;
    }
  }
}
