// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.runtime.quotas.StoredSums.Use;
import io.cairn.runtime.quotas.TenantPlaces.Kind;
import io.cairn.service.authorization.TenantQuotas;
import io.cairn.service.authorization.TenantUsage;
import io.cairn.service.authorization.TenantUsage.Shared;
import io.cairn.service.authorization.TenantUsage.Stored;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says what tenants use, as this node knows. Thread-safe. */
public final class TenantMeter implements TenantUsage.Meter {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String node;
  private final Tenants tenants;
  private final StoredUse stored;
  private final RequestIntake intake;
  private final TenantPlaces places;

  /** Reads what others count. */
  public TenantMeter(
      String node, Tenants tenants, StoredUse stored, RequestIntake intake, TenantPlaces places) {
    this.node = node;
    this.tenants = tenants;
    this.stored = stored;
    this.intake = intake;
    this.places = places;
  }

  @Override
  public TenantUsage usage(String tenant, @Nullable TenantQuotas quotas) {
    TenantQuotas limits = quotas == null ? new TenantQuotas() : quotas;
    Use use = stored.await(tenant, PATIENCE);
    Double rate = limits.requestsPerSecond;
    return new TenantUsage(
        tenant,
        new Stored(use.documents(), limits.documents),
        new Stored(use.bytes(), limits.bytes),
        new Shared(intake.lately(tenant), rate == null ? null : tenants.share(rate), rate),
        shared(Kind.QUERIES, tenant, limits),
        shared(Kind.STREAMS, tenant, limits),
        node);
  }

  private Shared shared(Kind kind, String tenant, TenantQuotas limits) {
    Integer here = places.limitHere(kind, limits);
    Integer limit = kind.limit(limits);
    return new Shared(
        places.count(kind, tenant),
        here == null ? null : here.doubleValue(),
        limit == null ? null : limit.doubleValue());
  }
}
