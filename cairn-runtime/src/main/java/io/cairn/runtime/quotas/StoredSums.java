// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many documents and bytes each tenant has, in one place. Bounded: who names tenants beyond the
 * bound is told that they cannot be counted. Not thread-safe.
 */
final class StoredSums {

  /** Different tenants in one partition. */
  static final int MOST_TENANTS = 100_000;

  private final Map<String, Use> byTenant = new HashMap<>();
  private boolean overflowed;

  /** What one tenant has. */
  record Use(long documents, long bytes) {
    static final Use NOTHING = new Use(0, 0);

    Use plus(long moreDocuments, long moreBytes) {
      return new Use(documents + moreDocuments, bytes + moreBytes);
    }

    Use plus(Use other) {
      return plus(other.documents, other.bytes);
    }
  }

  /** Has one version take the place of another. */
  void replace(Footprint before, Footprint now) {
    for (String tenant : before.tenants()) {
      add(tenant, -1, -before.bytes());
    }
    for (String tenant : now.tenants()) {
      add(tenant, 1, now.bytes());
    }
  }

  private void add(String tenant, int documents, int bytes) {
    Use present = byTenant.get(tenant);
    if (present == null && byTenant.size() >= MOST_TENANTS) {
      overflowed = true;
      return;
    }
    Use next = (present == null ? Use.NOTHING : present).plus(documents, bytes);
    if (next.equals(Use.NOTHING)) {
      byTenant.remove(tenant);
    } else {
      byTenant.put(tenant, next);
    }
  }

  /** What a tenant has; null if that was not counted. */
  @Nullable Use of(String tenant) {
    Use use = byTenant.get(tenant);
    return use == null && !overflowed ? Use.NOTHING : use;
  }
}
