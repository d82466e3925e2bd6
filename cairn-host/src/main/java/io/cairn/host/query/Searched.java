// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.query;

import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationTimeoutException;
import io.cairn.host.documents.NoReplicaException;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.DocumentSearch;
import io.cairn.store.DocumentStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The stores that queries look into. Which they are may change when nodes join, so they are looked
 * up for each query; before that it is made sure that they have what was acknowledged anywhere.
 *
 * @param stores the stores of this node
 * @param current completes when they have what was acknowledged before the call
 * @param reach refuses queries that they could answer in part only
 */
public record Searched(
    Supplier<List<DocumentStore>> stores,
    Supplier<CompletionStage<Void>> current,
    Consumer<QuerySpecification> reach) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What this node has, however old. */
  public Searched asItIs() {
    return new Searched(stores, () -> CompletableFuture.completedStage(null), any -> {});
  }

  /**
   * Waits until the stores are current. Blocks; for threads that may.
   *
   * @throws ReplicationException if it cannot be told whether they are
   */
  DocumentSearch search(QuerySpecification specification) {
    reach.accept(specification);
    await();
    List<DocumentStore> here = stores.get();
    if (here.isEmpty()) {
      throw new NoReplicaException("what is searched: it is no member of a node group yet");
    }
    return DocumentSearch.over(here);
  }

  private void await() {
    CompletionStage<Void> stage = current.get();
    try {
      stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new CompletionException(e);
    } catch (TimeoutException e) {
      throw new ReplicationTimeoutException(
          "This node's replicas could not be brought up to date in " + PATIENCE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
