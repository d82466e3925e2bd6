// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.Tally;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.StandingMatches;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What tenants have in one replica. Counted once from the index as it stands at one place of the
 * log, and kept from there on by what is applied: each replica counts by itself, so a new owner
 * knows as much as the old one, and a restart counts again. Thread-safe; only {@link #count}
 * blocks.
 */
final class PartitionTally implements Tally {

  /** Changes that a count may be overtaken by; with more it begins again. */
  private static final int MOST_CHANGES = 100_000;

  private final PartitionMachine machine;
  private final StoredUse all;

  /** By link, what was let through last and is not settled: what the next one begins from. */
  private final ConcurrentMap<String, Footprint> underWay = new ConcurrentHashMap<>();

  // Guarded by this.
  private @Nullable StoredSums counted;
  private @Nullable Counting counting;

  /** A count that is under way, and what was applied meanwhile. */
  private static final class Counting {
    private final StoredSums sums = new StoredSums();
    private final List<Applied> applied = new ArrayList<>();
    private boolean spoilt;
  }

  private record Applied(long index, Footprint before, Footprint now) {}

  PartitionTally(PartitionMachine machine, StoredUse all) {
    this.machine = machine;
    this.all = all;
  }

  @Override
  public void changed(
      long index, String link, @Nullable DocumentVersion before, @Nullable DocumentVersion now) {
    Footprint was = Footprint.of(before);
    Footprint is = Footprint.of(now);
    if (was.equals(is)) {
      return;
    }
    synchronized (this) {
      if (counted != null) {
        counted.replace(was, is);
      }
      Counting present = counting;
      if (present != null && present.applied.size() < MOST_CHANGES) {
        present.applied.add(new Applied(index, was, is));
      } else if (present != null) {
        present.spoilt = true;
      }
    }
  }

  @Override
  public synchronized void jumped(long index) {
    counted = null;
    if (counting != null) {
      counting.spoilt = true;
    }
  }

  @Override
  public void closed() {}

  /** Whether what is here is known. */
  synchronized boolean isCounted() {
    return counted != null;
  }

  /** What a tenant has here; null while that is not known. */
  synchronized StoredSums.@Nullable Use of(String tenant) {
    return counted == null ? null : counted.of(tenant);
  }

  /** Counts what is here, if that is not known. Blocks. One thread at a time. */
  void count() {
    Counting mine = new Counting();
    synchronized (this) {
      if (counted != null) {
        return;
      }
      counting = mine;
    }
    long upTo;
    try (StandingMatches matches = StandingMatches.evenExpired(machine.store(), ofTenants())) {
      upTo = matches.upTo();
      for (DocumentVersion next = matches.next(); next != null; next = matches.next()) {
        mine.sums.replace(Footprint.NONE, Footprint.of(next));
      }
    }
    synchronized (this) {
      if (!mine.spoilt) {
        for (Applied each : mine.applied) {
          if (each.index() > upTo) {
            mine.sums.replace(each.before(), each.now());
          }
        }
        counted = mine.sums;
      }
      counting = null;
    }
  }

  private static QuerySpecification ofTenants() {
    QuerySpecification wanted = new QuerySpecification();
    wanted
        .query
        .setTermPropertyName(Footprint.FIELD + ".item")
        .setTermMatchType(MatchType.PREFIX)
        .setTermMatchValue(Footprint.TENANTS);
    return wanted;
  }

  @Override
  public @Nullable Runnable admit(DocumentCommand command) {
    DocumentVersion next =
        switch (command) {
          case DocumentCommand.Write(var document, var _, var _) -> document;
          case DocumentCommand.Replace(var document, var _) -> document;
          default -> null; // removes, or brings what was counted where it comes from
        };
    if (next == null) {
      return null;
    }
    String link = next.link();
    Footprint now = Footprint.of(next);
    Footprint ahead = underWay.get(link);
    Footprint before =
        ahead == null ? Footprint.of(machine.store().latestIncludingExpired(link)) : ahead;
    if (now.equals(before)) {
      return null;
    }
    StoredUse.Taken taken = all.take(before, now);
    underWay.put(link, now);
    return () -> {
      underWay.remove(link, now);
      all.settle(taken);
    };
  }
}
