// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.quotas.StoredSums.Use;
import io.cairn.service.authorization.TenantQuotas;
import io.cairn.service.failure.LimitExceeded;
import io.cairn.wire.WireReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many documents and bytes each tenant has stored, and whether it may store more. Counts while
 * a tenant has such limits, or somebody has asked lately; else nothing is counted and nothing is
 * looked at. What this node has let through and not applied yet counts as stored. Thread-safe; only
 * {@link #await} blocks.
 */
public final class StoredUse {

  private static final Logger log = LoggerFactory.getLogger(StoredUse.class);
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Environment environment;
  private final ElsewhereUse elsewhere;

  // Guarded by this.
  private final Map<String, Use> underWay = new HashMap<>();
  private boolean isOn;
  private boolean wasAsked;
  private long askedNanos;
  private @Nullable CompletableFuture<Void> counting;

  /**
   * What is needed of the host.
   *
   * @param tenants what each may use
   * @param partitions all that this node knows of
   * @param handlers runs each task on a thread of its own, which may block
   * @param nanoTime only goes forward
   */
  public record Environment(
      Tenants tenants,
      Supplier<List<Partition>> partitions,
      Executor handlers,
      LongSupplier nanoTime) {}

  /** Counts nothing yet. */
  public StoredUse(Environment environment, ElsewhereUse elsewhere) {
    this.environment = environment;
    this.elsewhere = elsewhere;
  }

  /** What one change takes of what tenants may store. */
  record Taken(Map<String, Use> byTenant) {}

  // ---- counting

  /** Counts from now on, or no more, as it is needed; looks at replicas that are new. Cheap. */
  public void look() {
    boolean wanted = isWanted();
    List<PartitionTally> all = new ArrayList<>();
    synchronized (this) {
      if (!wanted && !isOn) {
        return;
      }
      isOn = wanted;
    }
    for (Partition partition : environment.partitions().get()) {
      if (partition.machine() instanceof PartitionMachine machine) {
        if (!wanted) {
          machine.countedBy(null);
        } else if (machine.tally() instanceof PartitionTally present) {
          all.add(present);
        } else {
          PartitionTally tally = new PartitionTally(machine, this);
          machine.countedBy(tally);
          all.add(tally);
        }
      }
    }
    if (wanted) {
      elsewhere.look(environment.tenants().limitedStores());
    }
    if (!all.stream().allMatch(PartitionTally::isCounted)) {
      count(all);
    }
  }

  private boolean isWanted() {
    if (!environment.tenants().limitedStores().isEmpty()) {
      return true;
    }
    synchronized (this) {
      return wasAsked && environment.nanoTime().getAsLong() - askedNanos < KEPT_NANOS;
    }
  }

  private void count(List<PartitionTally> all) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    synchronized (this) {
      if (counting != null) {
        return;
      }
      counting = mine;
    }
    environment
        .handlers()
        .execute(
            () -> {
              try {
                all.forEach(PartitionTally::count);
              } catch (RuntimeException e) {
                // A store may have been closed, as when a host joins another group.
                log.debug("What tenants have could not be counted; it is tried again", e);
              } finally {
                synchronized (this) {
                  counting = null;
                }
                mine.complete(null);
              }
            });
  }

  /**
   * What a tenant has stored, counted if it was not. Blocks.
   *
   * @throws NotServedException if it is not counted in time
   */
  Use await(String tenant, Duration patience) {
    long end = environment.nanoTime().getAsLong() + patience.toNanos();
    while (true) {
      ask();
      elsewhere.want(tenant);
      look();
      Use use = of(tenant);
      long left = end - environment.nanoTime().getAsLong();
      CompletableFuture<Void> present;
      synchronized (this) {
        present = counting;
      }
      if (use != null) {
        return use;
      }
      if (left <= 0 || !await(present == null ? elsewhere.asked() : present, left)) {
        throw notCounted(tenant);
      }
    }
  }

  private synchronized void ask() {
    wasAsked = true;
    askedNanos = environment.nanoTime().getAsLong();
  }

  private static boolean await(CompletableFuture<Void> future, long nanos) {
    try {
      future.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private static NotServedException notCounted(String tenant) {
    return new NotServedException(
        "What %s has stored is being counted: send this request again in a moment"
            .formatted(tenant));
  }

  /** What a tenant has in the whole group; null while that is not known. */
  private @Nullable Use of(String tenant) {
    Use sum = Use.NOTHING;
    for (Partition partition : environment.partitions().get()) {
      Use part =
          partition.machine() instanceof PartitionMachine machine
              ? machine.tally() instanceof PartitionTally tally ? tally.of(tenant) : null
              : elsewhere.of(partition.id().groupName(), tenant);
      if (part == null) {
        return null;
      }
      sum = sum.plus(part);
    }
    return sum;
  }

  // ---- letting in

  /**
   * Has one version take the place of another, if every tenant that gets more has room for it.
   *
   * @throws LimitExceeded if one has not
   * @throws NotServedException if it is not known what one has
   */
  synchronized Taken take(Footprint before, Footprint now) {
    Map<String, Use> taken = new HashMap<>();
    for (String tenant : now.tenants()) {
      TenantQuotas quotas = environment.tenants().quotas(tenant);
      boolean had = before.has(tenant);
      Use more = new Use(had ? 0 : 1, Math.max(0, now.bytes() - (had ? before.bytes() : 0)));
      if (quotas == null
          || (quotas.documents == null && quotas.bytes == null)
          || more.equals(Use.NOTHING)) {
        continue;
      }
      Use used = of(tenant);
      if (used == null) {
        throw notCounted(tenant);
      }
      Use pending = underWay.getOrDefault(tenant, Use.NOTHING);
      require(
          new Room(tenant, "documents", quotas.documents, used.documents(), pending.documents()),
          more.documents());
      require(new Room(tenant, "bytes", quotas.bytes, used.bytes(), pending.bytes()), more.bytes());
      taken.put(tenant, more);
    }
    taken.forEach((tenant, more) -> underWay.merge(tenant, more, Use::plus));
    return new Taken(taken);
  }

  /** Gives back what a change has taken: what was stored of it is counted by now. */
  synchronized void settle(Taken taken) {
    taken
        .byTenant()
        .forEach(
            (tenant, more) ->
                underWay.computeIfPresent(
                    tenant,
                    (any, all) -> {
                      Use left = all.plus(-more.documents(), -more.bytes());
                      return left.equals(Use.NOTHING) ? null : left;
                    }));
  }

  /**
   * What a tenant may have of one thing.
   *
   * @param limit null for none
   * @param pending what this node has let through and not applied yet
   */
  private record Room(String tenant, String what, @Nullable Long limit, long used, long pending) {}

  private void require(Room room, long more) {
    Long limit = room.limit();
    if (limit == null || more == 0) {
      return;
    }
    if (room.used() + more > limit) {
      throw LimitExceeded.quota(
          "%s may have %d %s and has %d; this request needs %d more. Delete some, or ask an administrator to raise quotas.%s of the tenant (%s/usage)"
              .formatted(
                  room.tenant(),
                  limit,
                  room.what(),
                  room.used(),
                  more,
                  room.what(),
                  room.tenant()));
    }
    // What is under way may come to nothing, and others may be letting in what this node has not
    // heard of: each takes its share of what is left.
    long share = (limit - room.used()) / Math.max(1, environment.tenants().nodes());
    if (room.pending() > 0 && room.pending() + more > share) {
      throw LimitExceeded.forNow(
          1,
          "%s may have %d %s, has %d, and is storing more just now: send this request again in a second"
              .formatted(room.tenant(), limit, room.what(), room.used()));
    }
  }

  // ---- for other nodes

  /** Answers what {@link ElsewhereUse} of another node asks about a replica here. */
  public byte[] answer(WireReader in) {
    ElsewhereUse.Question question = ElsewhereUse.Question.read(in);
    ask();
    look();
    for (Partition partition : environment.partitions().get()) {
      if (partition.id().groupName().equals(question.partition())
          && partition.machine() instanceof PartitionMachine machine
          && machine.tally() instanceof PartitionTally tally
          && tally.isCounted()) {
        return ElsewhereUse.answer(question, tally::of);
      }
    }
    return ElsewhereUse.UNKNOWN;
  }
}
