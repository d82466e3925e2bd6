// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.service.authorization.TenantQuotas;
import io.cairn.service.failure.LimitExceeded;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the users of each tenant have under way on this node. Knows no tenant that has nothing under
 * way. Thread-safe.
 */
public final class TenantPlaces {

  private final Tenants tenants;
  private final ConcurrentMap<String, Integer> queries = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Integer> streams = new ConcurrentHashMap<>();

  /** What is counted. */
  public enum Kind {
    QUERIES("listings and queries under way", "concurrentQueries") {
      @Override
      @Nullable Integer limit(TenantQuotas quotas) {
        return quotas.concurrentQueries;
      }
    },
    STREAMS("event streams open", "openStreams") {
      @Override
      @Nullable Integer limit(TenantQuotas quotas) {
        return quotas.openStreams;
      }
    };

    private final String what;
    private final String quota;

    Kind(String what, String quota) {
      this.what = what;
      this.quota = quota;
    }

    abstract @Nullable Integer limit(TenantQuotas quotas);
  }

  /** Nobody has anything yet. */
  public TenantPlaces(Tenants tenants) {
    this.tenants = tenants;
  }

  /** What a tenant may have of something on this node; null if there is no limit. */
  @Nullable Integer limitHere(Kind kind, @Nullable TenantQuotas quotas) {
    Integer limit = quotas == null ? null : kind.limit(quotas);
    return limit == null ? null : (int) Math.ceil(tenants.share(limit));
  }

  /** How much of something a tenant has on this node. */
  int count(Kind kind, String tenant) {
    return places(kind).getOrDefault(tenant, 0);
  }

  private ConcurrentMap<String, Integer> places(Kind kind) {
    return kind == Kind.QUERIES ? queries : streams;
  }

  /**
   * Takes a place.
   *
   * @param tenant whose it is; null for nobody's, which is not counted
   * @return gives the place back; idempotent
   * @throws LimitExceeded with 429 if the tenant has as many as it may
   */
  public Runnable enter(Kind kind, @Nullable String tenant) {
    if (tenant == null) {
      return TenantPlaces::nothing;
    }
    Integer most = limitHere(kind, tenants.quotas(tenant));
    var _ =
        places(kind)
            .compute(
                tenant,
                (any, present) -> {
                  int now = present == null ? 0 : present;
                  if (most != null && now >= most) {
                    throw refusal(kind, tenant, now, most);
                  }
                  return now + 1;
                });
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        places(kind).computeIfPresent(tenant, (any, now) -> now <= 1 ? null : now - 1);
      }
    };
  }

  private static void nothing() {}

  private LimitExceeded refusal(Kind kind, String tenant, int now, int most) {
    return LimitExceeded.forNow(
        1,
        "%s has %d %s at this host and may have %d: its quotas.%s is shared by %d hosts. Send this request again when one has ended (%s/usage)"
            .formatted(tenant, now, kind.what, most, kind.quota, tenants.nodes(), tenant));
  }
}
