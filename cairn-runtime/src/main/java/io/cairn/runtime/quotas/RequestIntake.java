// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.authorization.TenantQuotas;
import io.cairn.service.failure.LimitExceeded;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.state.RequestRateInfo;
import io.cairn.service.state.RequestRateInfo.Option;
import io.cairn.service.state.RequestRates;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets the requests of clients in no faster than their senders may send: each user by a limit of
 * its own or the usual one, each tenant by this node's share of its own. Off, it costs a few reads.
 * Thread-safe; nothing here blocks.
 */
public final class RequestIntake {

  /** Users whose requests are counted by the usual limit; who comes back begins anew. */
  private static final int MOST_USERS = 100_000;

  /** How long a request waits at most, and how many do at a time. */
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

  static final int MOST_WAITING = 1_000;

  /** How many of one user do, so that there is room for those of others. */
  static final int MOST_WAITING_OF_ONE = MOST_WAITING / 10;

  private static final String HEALTH = "/core/health";

  private final Settings settings;
  private final RequestRates ofUsers;
  private final Tenants tenants;
  private final Later later;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ConcurrentMap<String, TokenBucket> ofTenants = new ConcurrentHashMap<>();
  private final Cache<String, Counted> users =
      Caffeine.newBuilder().maximumSize(MOST_USERS).build();

  /**
   * What holds for a user that has no limit of its own.
   *
   * @param perSecond 0 for no limit
   */
  public record Settings(double perSecond, Option option) {
    /** As the host's settings say. */
    public static Settings of(SecurityArguments arguments) {
      return new Settings(arguments.requestsPerSecond, Option.valueOf(arguments.requestRateOption));
    }
  }

  /**
   * What does things later.
   *
   * @param handlers runs what has waited, on a thread that may block
   */
  public record Later(HostClock clock, ScheduledExecutorService timer, Executor handlers) {}

  /** A user's limit: another object of the settings is another limit. */
  private record Counted(@Nullable RequestRateInfo of, TokenBucket bucket) {}

  /** Lets everything in that nothing limits. */
  public RequestIntake(Settings settings, RequestRates ofUsers, Tenants tenants, Later later) {
    this.settings = settings;
    this.ofUsers = ofUsers;
    this.tenants = tenants;
    this.later = later;
  }

  /** Whether anything is limited. */
  public boolean isOn() {
    return settings.perSecond() > 0 || tenants.limitRates() || !ofUsers.isEmpty();
  }

  /**
   * Lets a request in, now or later.
   *
   * @param who has sent it; null if nobody was asked to prove it
   * @param from where it came from, which tells those apart who have not said who they are
   * @param waited does the request when it has waited for its turn
   * @return whether it may be done now; else it is done later
   * @throws LimitExceeded if it may not be done
   */
  public boolean letsIn(
      @Nullable SubjectContext who, SocketAddress from, String path, Runnable waited) {
    if (isOfHealth(path)) {
      return true; // whoever looks whether the host is well must not hear that it is busy
    }
    Subject subject = who == null ? Subject.GUEST : who.subject();
    takeOfTenant(tenants.tenantOf(subject));
    RequestRateInfo own = ofUsers.isEmpty() ? null : ofUsers.get(subject.link());
    if (own == null && settings.perSecond() <= 0) {
      return true;
    }
    note(own);
    String user = own == null ? PartyNames.of(subject, from) : subject.link();
    double limit = own == null ? settings.perSecond() : own.limit;
    TokenBucket bucket = bucket(user, own, limit);
    if (isPaused(own)) {
      return takeOrWait(bucket, user, limit, waited);
    }
    long missing = bucket.take(later.clock().nanos());
    if (missing > 0) {
      throw refusal(user, limit, missing);
    }
    return true;
  }

  /** As it was sent: dots in it may lead elsewhere. */
  private static boolean isOfHealth(String path) {
    return path.startsWith(HEALTH)
        && (path.length() == HEALTH.length() || path.charAt(HEALTH.length()) == '/')
        && !path.contains("/.");
  }

  private boolean isPaused(@Nullable RequestRateInfo own) {
    return own == null
        ? settings.option() == Option.PAUSE_PROCESSING
        : own.options != null && own.options.contains(Option.PAUSE_PROCESSING);
  }

  private void note(@Nullable RequestRateInfo own) {
    if (own != null && own.timeSeries != null) {
      own.timeSeries.add(later.clock().micros(), 1, 1);
    }
  }

  @SuppressWarnings("ReferenceEquality") // what was set anew is another limit, if it says the same
  private TokenBucket bucket(String user, @Nullable RequestRateInfo own, double limit) {
    Counted present = users.getIfPresent(user);
    if (present == null || present.of() != own) {
      present =
          users
              .asMap()
              .compute(
                  user,
                  (any, found) ->
                      found != null && found.of() == own
                          ? found
                          : new Counted(own, new TokenBucket(limit, later.clock().nanos())));
    }
    return present.bucket();
  }

  private boolean takeOrWait(TokenBucket bucket, String user, double limit, Runnable waited) {
    long wait = bucket.reserve(later.clock().nanos(), LONGEST_NANOS, MOST_WAITING_OF_ONE);
    if (wait < 0) {
      throw refusal(user, limit, LONGEST_NANOS);
    }
    if (wait == 0) {
      return true; // nobody is kept out by what others have waiting
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      bucket.giveBack();
      throw LimitExceeded.forNow(
          1,
          "%d requests of clients wait for their turn at this host, as many as may: send this one again later"
              .formatted(MOST_WAITING));
    }
    try {
      var _ = later.timer().schedule(() -> resume(waited), wait, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      resume(waited); // the host stops, and answers what it has begun
    }
    return false;
  }

  private void resume(Runnable waited) {
    waiting.decrementAndGet();
    later.handlers().execute(waited);
  }

  private void takeOfTenant(@Nullable String tenant) {
    TenantQuotas quotas = tenant == null ? null : tenants.quotas(tenant);
    Double limit = quotas == null ? null : quotas.requestsPerSecond;
    if (tenant == null || limit == null) {
      return;
    }
    double share = tenants.share(limit);
    long now = later.clock().nanos();
    TokenBucket bucket = ofTenants.computeIfAbsent(tenant, any -> new TokenBucket(share, now));
    bucket.rate(share, now);
    long missing = bucket.take(now);
    if (missing > 0) {
      throw LimitExceeded.forNow(
          seconds(missing),
          "The users of %s may send %s requests in a second (quotas.requestsPerSecond), of which this host, one of %d, takes %s: send this one again later (%s/usage)"
              .formatted(tenant, number(limit), tenants.nodes(), number(share), tenant));
    }
  }

  /** What a tenant has sent to this node in the last second, if that is limited. */
  long lately(String tenant) {
    TokenBucket bucket = ofTenants.get(tenant);
    return bucket == null ? 0 : bucket.taken(later.clock().nanos());
  }

  /** Forgets tenants that have no limit any more. */
  public void sweep() {
    ofTenants
        .keySet()
        .removeIf(
            tenant -> {
              TenantQuotas quotas = tenants.quotas(tenant);
              return quotas == null || quotas.requestsPerSecond == null;
            });
  }

  private static LimitExceeded refusal(String user, double limit, long missingNanos) {
    return LimitExceeded.forNow(
        seconds(missingNanos),
        "%s may send %s requests in a second to this host: send this one again later"
            .formatted(user, number(limit)));
  }

  private static long seconds(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
  }

  /** Without a point where there is nothing behind it. */
  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : "%.3f".formatted(value);
  }
}
