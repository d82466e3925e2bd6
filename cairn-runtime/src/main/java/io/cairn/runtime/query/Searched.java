// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationTimeoutException;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.store.DocumentStore;
import io.cairn.store.search.DocumentSearch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The stores that queries look into. Which they are may change when nodes join, so they are looked
 * up for each query, together with the proof that they have what was acknowledged anywhere.
 *
 * @param stores completes with the stores of this node, or fails if they lack something
 * @param reach refuses queries that they could answer in part only
 * @param forming whether some were made a moment ago, so that what they lack will be there soon
 * @param owned those of them that this node owns at this moment
 */
public record Searched(
    Supplier<CompletionStage<List<DocumentStore>>> stores,
    Consumer<QuerySpecification> reach,
    BooleanSupplier forming,
    Supplier<List<DocumentStore>> owned) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Looks into stores as they are, however old. */
  public static Searched asItIs(
      Supplier<List<DocumentStore>> stores, Supplier<List<DocumentStore>> owned) {
    return new Searched(
        () -> CompletableFuture.completedStage(stores.get()), any -> {}, () -> false, owned);
  }

  /**
   * Waits until the stores are current. Blocks; for threads that may.
   *
   * @throws ReplicationException if it cannot be told whether they are
   * @throws NotServedException if one is missing
   */
  DocumentSearch search(QuerySpecification specification) {
    reach.accept(specification);
    while (true) {
      boolean soon = forming.getAsBoolean();
      try {
        return DocumentSearch.over(wanted(await(), specification.options));
      } catch (ReplicationException | NotServedException e) {
        if (!soon) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** All, or with OWNER_SELECTION what this node owns. Asked of all nodes, that is all again. */
  private List<DocumentStore> wanted(List<DocumentStore> all, Set<QueryOption> options) {
    if (!options.contains(QueryOption.OWNER_SELECTION) || options.contains(QueryOption.BROADCAST)) {
      return all;
    }
    List<DocumentStore> wanted = owned.get().stream().filter(all::contains).toList();
    if (wanted.isEmpty()) {
      throw new NotServedException("This node owns no partition at the moment");
    }
    return wanted;
  }

  private List<DocumentStore> await() {
    try {
      return stores.get().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new CompletionException(e);
    } catch (TimeoutException e) {
      throw new ReplicationTimeoutException(
          "This node's replicas could not be brought up to date in " + PATIENCE.toSeconds() + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
