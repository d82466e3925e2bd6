// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.runtime.security.Subject;
import io.cairn.service.authorization.TenantQuotas;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What tenants may use, as this node knows. Nothing here blocks. Thread-safe. */
public interface Tenants {

  /** What a tenant may use; null if it is not there, or has no limits. */
  @Nullable TenantQuotas quotas(String tenantLink);

  /** The tenants that may not store all they like. */
  Set<String> limitedStores();

  /** Whether a tenant may not send as many requests as it likes. */
  boolean limitRates();

  /** The tenant that a subject belongs to; null if to none. */
  @Nullable String tenantOf(Subject subject);

  /** How many nodes share the limits that each node keeps by itself; at least 1. */
  int nodes();

  /** The part of a limit that this node keeps. */
  default double share(double limit) {
    return limit / nodes();
  }
}
