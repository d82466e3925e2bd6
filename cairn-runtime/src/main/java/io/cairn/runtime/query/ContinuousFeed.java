// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.watch.ChangeSink;
import io.cairn.runtime.watch.Following;
import io.cairn.runtime.watch.Told;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings a continuous query what changes, from the replicas of this node and of others: it goes on
 * where it was when a node is lost. If changes of documents cannot be told, the query ends, since
 * its task has no way to say so otherwise. The sink is called by one thread; the rest is
 * thread-safe.
 */
final class ContinuousFeed implements ChangeSink {

  private static final long LOOK_MILLIS = 100;

  private final @Nullable MatchingLinks matching;
  private final Teller teller;
  private final Consumer<RuntimeException> failed;
  private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
  private @Nullable Following following;

  /** Tells the query of a change. */
  @FunctionalInterface
  interface Teller {
    /**
     * Tells of one.
     *
     * @param created whether it began the document's life
     * @param matches whether the version matches, or was deleted and matched
     */
    void tell(DocumentVersion version, boolean created, boolean matches);
  }

  /** Changes are lost; says which. */
  private static final class LostException extends ClosedException {
    private static final long serialVersionUID = 1L;

    LostException(String why) {
      super(why);
    }
  }

  /**
   * Brings nothing yet.
   *
   * @param matching is given the present matches; null if they are of no interest
   * @param failed is told why there will be no more
   */
  ContinuousFeed(
      @Nullable MatchingLinks matching, Teller teller, Consumer<RuntimeException> failed) {
    this.matching = matching;
    this.teller = teller;
    this.failed = failed;
  }

  /** Finds out where to begin. Blocks. */
  void begin(Function<ChangeSink, Following> feed) {
    following = feed.apply(this);
  }

  /** Brings what changes from then on, on a thread of its own. */
  void run() {
    Following present = following;
    if (present != null) {
      Thread.ofVirtual().name("cairn-continuous").start(() -> run(present));
    }
  }

  private void run(Following present) {
    try {
      present.run();
      begun.completeExceptionally(new NotServedException("The query was ended"));
    } catch (RuntimeException e) {
      begun.completeExceptionally(e);
      failed.accept(e);
    }
  }

  /**
   * Waits until the present matches are known, if they are of interest.
   *
   * @throws NotServedException if they cannot be found out
   */
  void awaitBegun(Asker asker) {
    if (matching == null) {
      return;
    }
    while (true) {
      asker.requirePresent();
      try {
        var _ = begun.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        // The asker has a limit of its own.
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException known ? known : new CompletionException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException(e);
      }
    }
  }

  @Override
  public void current(DocumentVersion document) {
    if (matching != null) {
      matching.addFirst(document.link());
    }
  }

  @Override
  public void live(String token, long documents) {
    if (matching != null) {
      matching.complete();
    }
    begun.complete(true);
  }

  @Override
  public void changed(Fate fate, @Nullable String token, Told told) {
    DocumentVersion now = told.now();
    DocumentVersion last = now == null ? told.last() : now;
    if (last != null) {
      // Of what was removed without a deletion the last version is all that is known.
      boolean matches = fate == Fate.CHANGED || (fate == Fate.DELETED && now != null);
      teller.tell(last, told.isNew(), matches);
    }
  }

  @Override
  public void gap(@Nullable String token, String reason, @Nullable String link) {
    // Of one document: the change that follows has its present state.
    if (link == null) {
      throw new LostException("The query has missed changes and was ended. " + reason);
    }
  }

  @Override
  public void bookmark(String token, long entries) {
    // A task cannot be resumed.
  }

  @Override
  public void end() {
    // Nothing is kept.
  }

  /** Brings nothing more. */
  void endFollowing() {
    Following present = following;
    if (present != null) {
      present.end();
    }
  }
}
