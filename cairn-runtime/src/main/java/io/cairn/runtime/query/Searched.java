// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationTimeoutException;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionedStorage.Spread;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.security.Restrictions;
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
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where queries look: into stores of this node, together with the proof that they have what was
 * acknowledged anywhere, and where it holds none, into those of others. Which they are may change
 * when nodes come and go, so they are looked up for each query.
 *
 * @param places says where the documents are that a query is about
 * @param forming whether some were made a moment ago, so that what they lack will be there soon
 * @param others has other nodes search; null if nobody else is asked
 * @param owned the stores that this node owns at this moment
 */
public record Searched(
    Function<QuerySpecification, Spread> places,
    BooleanSupplier forming,
    @Nullable OtherNodes others,
    Supplier<List<DocumentStore>> owned) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Looks into stores as they are, however old. */
  public static Searched asItIs(
      Supplier<List<DocumentStore>> stores, Supplier<List<DocumentStore>> owned) {
    return new Searched(
        any -> new Spread(CompletableFuture.completedStage(stores.get()), List.of()),
        () -> false,
        null,
        owned);
  }

  /**
   * A source of the documents that a query is about. Waits until the stores of this node are
   * current. Blocks; for threads that may.
   *
   * @param condition must match as well; null if there is none. So must what the asker may read
   * @param untilMicros how long pages of it will be read at most
   * @throws ReplicationException if it cannot be told whether the stores are current
   * @throws NotServedException if this node alone is to hold one and does not, or the group idles
   */
  QuerySource source(
      QuerySpecification specification,
      @Nullable Query condition,
      StoredForms forms,
      Asker asker,
      long untilMicros) {
    Visible visible = asker.visible();
    Query restriction = Restrictions.both(condition, visible == null ? null : visible.query());
    while (true) {
      boolean soon = forming.getAsBoolean();
      try {
        Spread spread = places.apply(specification);
        List<DocumentStore> here = await(spread.here());
        if (wantsOwned(specification.options)) {
          return new IndexSource(DocumentSearch.over(owned(here)), restriction, asker, forms);
        }
        return spread.elsewhere().isEmpty() || others == null
            ? new IndexSource(DocumentSearch.over(here), restriction, asker, forms)
            : new SpreadSource(
                here.isEmpty() ? null : DocumentSearch.over(here),
                spread.elsewhere(),
                others,
                restriction,
                forms,
                asker,
                untilMicros);
      } catch (ReplicationException | NotServedException e) {
        if (!soon) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Of all nodes together, what each owns is all. */
  private static boolean wantsOwned(Set<QueryOption> options) {
    return options.contains(QueryOption.OWNER_SELECTION)
        && !options.contains(QueryOption.BROADCAST);
  }

  private List<DocumentStore> owned(List<DocumentStore> here) {
    List<DocumentStore> wanted = owned.get().stream().filter(here::contains).toList();
    if (wanted.isEmpty()) {
      throw new NotServedException("This node owns no partition at the moment");
    }
    return wanted;
  }

  private static List<DocumentStore> await(CompletionStage<List<DocumentStore>> stores) {
    try {
      return stores.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
