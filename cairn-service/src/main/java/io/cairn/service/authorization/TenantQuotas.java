// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cairn.service.failure.Refusal;
import org.jspecify.annotations.Nullable;

/** What a tenant may use. A limit that is absent is none. Not thread-safe. */
public class TenantQuotas {

  /** How many documents the tenant may have, over the whole group. */
  public @Nullable Long documents;

  /** How many bytes their latest versions may have together, as JSON. */
  public @Nullable Long bytes;

  /** How many requests its users may send in a second, over the whole group; more than 0. */
  public @Nullable Double requestsPerSecond;

  /** How many listings and queries its users may have under way, over the whole group. */
  public @Nullable Integer concurrentQueries;

  /** How many event streams its users may have open, over the whole group. */
  public @Nullable Integer openStreams;

  /** What a request says that is none of these. */
  @JsonIgnore private @Nullable String unknown;

  /** Notes a limit that nobody knows, as by a typing error: it would hold nothing. */
  @JsonAnySetter
  void note(String name, @Nullable Object value) {
    unknown = name;
  }

  /** What remains to be said of these when others say something; the others win. */
  TenantQuotas overriddenBy(TenantQuotas others) {
    TenantQuotas merged = new TenantQuotas();
    merged.documents = others.documents == null ? documents : others.documents;
    merged.bytes = others.bytes == null ? bytes : others.bytes;
    merged.requestsPerSecond =
        others.requestsPerSecond == null ? requestsPerSecond : others.requestsPerSecond;
    merged.concurrentQueries =
        others.concurrentQueries == null ? concurrentQueries : others.concurrentQueries;
    merged.openStreams = others.openStreams == null ? openStreams : others.openStreams;
    return merged;
  }

  /**
   * Refuses what cannot be a limit.
   *
   * @throws IllegalArgumentException that names the field
   */
  void check() {
    if (unknown != null) {
      throw Refusal.invalid(
          "quotas." + unknown,
          "is no limit: there are documents, bytes, requestsPerSecond, concurrentQueries and"
              + " openStreams");
    }
    requireCount("documents", documents);
    requireCount("bytes", bytes);
    requireCount("concurrentQueries", concurrentQueries);
    requireCount("openStreams", openStreams);
    Double rate = requestsPerSecond;
    if (rate != null && !(rate > 0 && rate <= 1e9)) {
      throw Refusal.invalid(
          "quotas.requestsPerSecond",
          "is more than 0, not %s; leave it out for no limit".formatted(rate));
    }
  }

  private static void requireCount(String name, @Nullable Number limit) {
    if (limit != null && limit.longValue() < 0) {
      throw Refusal.invalid(
          "quotas." + name, "is 0 or more, not %s; leave it out for no limit".formatted(limit));
    }
  }
}
