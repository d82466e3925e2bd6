// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import org.jspecify.annotations.Nullable;

/**
 * What a tenant may use, and what it uses at this moment.
 *
 * @param tenantLink the tenant
 * @param documents those of the whole group that name the tenant
 * @param bytes what their latest versions have together, as JSON
 * @param requestsPerSecond what its users have sent to the node that answers, in the last second
 * @param concurrentQueries what they have under way there
 * @param openStreams what they have open there
 * @param node which node that is
 */
public record TenantUsage(
    String tenantLink,
    Stored documents,
    Stored bytes,
    Shared requestsPerSecond,
    Shared concurrentQueries,
    Shared openStreams,
    String node) {

  /**
   * What is stored.
   *
   * @param limit null for none
   */
  public record Stored(long used, @Nullable Long limit) {}

  /**
   * What each node bounds by itself, by its share of the limit.
   *
   * @param usedHere on the node that answers
   * @param limitHere its share; null for no limit
   * @param limit of the whole group; null for none
   */
  public record Shared(long usedHere, @Nullable Double limitHere, @Nullable Double limit) {}

  /**
   * Says what tenants use. A part of the runtime, found by {@code ServiceHost.unwrap}. Thread-safe.
   */
  public interface Meter {

    /**
     * What a tenant uses. May wait a moment, while documents are being counted.
     *
     * @param quotas what it may use; null for no limits
     * @throws io.cairn.service.failure.Refusal with 503 if they could not be counted in time
     */
    TenantUsage usage(String tenantLink, @Nullable TenantQuotas quotas);
  }
}
