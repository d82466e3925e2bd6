// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.cluster.ReplicaSet;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.Tenure;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.StandingMatches;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A partition of which this node has a replica. */
final class LocalFeed extends PartitionFeed {

  private static final long PATIENCE_MILLIS = 10_000;

  private final PartitionMachine machine;
  private final ReplicaSet replica;
  private final PartitionFeeds.Surroundings around;

  private LocalFeed(
      ReplicaSet replica,
      PartitionMachine machine,
      ChangeHub hub,
      PartitionFeeds.Surroundings around) {
    super(replica.id(), hub);
    this.machine = machine;
    this.replica = replica;
    this.around = around;
  }

  /** Begins to listen to a replica. */
  static LocalFeed begin(
      ReplicaSet replica, PartitionMachine machine, PartitionFeeds.Surroundings around) {
    ChangeHub hub = new ChangeHub(around.executor(), around.forms());
    machine.tap(hub);
    hub.begin(machine.store().appliedIndex());
    if (machine.store().state() == DocumentStore.State.CLOSED) {
      hub.closed(); // before it could be told
    }
    return new LocalFeed(replica, machine, hub, around);
  }

  @Override
  CompletionStage<Long> standing(boolean consistent) {
    DocumentStore store = machine.store();
    return consistent && Tenure.of(replica, around.self()) == DocumentStorage.NO_TENURE
        ? replica
            .readIndex()
            .thenCompose(replica::awaitApplied)
            .thenApply(_ -> store.appliedIndex())
        : CompletableFuture.completedStage(store.appliedIndex());
  }

  @Override
  CompletionStage<Batch> history(long after, WatchFilter filter) {
    Batch recent = hub().recent(after, filter);
    return recent == null
        ? CompletableFuture.supplyAsync(() -> read(after, filter), around.executor())
        : CompletableFuture.completedStage(recent);
  }

  /** Reading from the index loads it, and may write into it first: not all at once. */
  private Batch read(long after, WatchFilter filter) {
    around.readers().acquireUninterruptibly();
    try {
      return LocalHistory.after(machine.store(), after, filter);
    } finally {
      around.readers().release();
    }
  }

  @Override
  Matches current(WatchFilter filter, long atLeast) throws IOException {
    if (machine.store().appliedIndex() < atLeast) {
      try {
        replica.awaitApplied(atLeast).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (Exception e) {
        throw new IOException("this replica does not come up to entry " + atLeast, e);
      }
    }
    QuerySpecification specification = filter.specification();
    Query restriction = filter.restriction();
    if (restriction != null) {
      specification.query =
          new Query().addBooleanClause(specification.query).addBooleanClause(restriction);
    }
    return new Standing(
        StandingMatches.of(machine.store(), around.forms().widened(specification), null), filter);
  }

  /** What the index finds, of which the filter has the last word. */
  private final class Standing implements Matches {
    private final StandingMatches found;
    private final WatchFilter filter;

    Standing(StandingMatches found, WatchFilter filter) {
      this.found = found;
      this.filter = filter;
    }

    @Override
    public long upTo() {
      return found.upTo();
    }

    @Override
    public @Nullable DocumentVersion next() {
      DocumentVersion next = found.next();
      while (next != null && !filter.matches(next, around.forms())) {
        next = found.next();
      }
      return next;
    }

    @Override
    public void close() {
      found.close();
    }
  }

  @Override
  void end() {
    machine.tap(null);
    hub().closed();
  }
}
