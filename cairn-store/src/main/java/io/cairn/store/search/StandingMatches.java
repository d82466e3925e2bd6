// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.DocumentStore;
import io.cairn.store.HeldReader;
import io.cairn.store.StoreChanges;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.KindForms;
import io.cairn.store.index.LinkLookup;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * All documents of a partition that a query matches as they stand at one place of the log, one
 * after the other, in no particular order and however many. Counts among the open cursors of the
 * node and holds a reader until it is closed. Used by one thread.
 */
public final class StandingMatches implements AutoCloseable {
  private final SearchReaders readers;
  private final long upTo;
  private final Weight weight;
  private final List<LeafReaderContext> leaves;
  private int next;
  private @Nullable Segment segment;

  private record Segment(DocIdSetIterator matches, @Nullable Bits live, StoredFields stored) {}

  private StandingMatches(SearchReaders readers, long upTo, SearchPlan plan) throws IOException {
    this.readers = readers;
    this.upTo = upTo;
    IndexSearcher searcher = readers.searcher();
    this.weight =
        searcher.createWeight(searcher.rewrite(plan.query()), ScoreMode.COMPLETE_NO_SCORES, 1.0f);
    this.leaves = searcher.getIndexReader().leaves();
  }

  /**
   * Begins to read.
   *
   * @param restriction must match as well
   * @throws TooManyCursorsException if the node has as many open as it allows
   */
  public static StandingMatches of(
      DocumentStore store,
      QuerySpecification specification,
      QueryTask.@Nullable Query restriction) {
    return of(store, specification, restriction, store.now());
  }

  /** As the other form, with documents that have expired and are not removed yet. */
  public static StandingMatches evenExpired(DocumentStore store, QuerySpecification specification) {
    return of(store, specification, null, 0);
  }

  private static StandingMatches of(
      DocumentStore store,
      QuerySpecification specification,
      QueryTask.@Nullable Query restriction,
      long nowMicros) {
    Semaphore permits = store.pool().cursors();
    if (!permits.tryAcquire()) {
      throw new TooManyCursorsException();
    }
    SearchReaders readers = null;
    StandingMatches opened = null;
    try {
      Asked asked = new Asked(specification, restriction, List.of());
      KindForms before = store.forms();
      List<KindForms.Form> unsettled = before.unsettled(asked.kinds());
      StoreChanges.Place place = StoreChanges.place(store);
      if (!place.held().forms().equals(before)) {
        unsettled = place.held().forms().forms(asked.kinds()); // another index has taken its place
      }
      readers = readers(store, place.held(), unsettled, asked);
      SearchPlan plan = SearchPlan.of(specification, restriction, readers, nowMicros);
      opened = new StandingMatches(readers, place.upTo(), plan);
      readers.hold(permits);
      return opened;
    } catch (IOException e) {
      throw new StoreException("reading what a query matches failed: " + e, e);
    } finally {
      if (opened == null) {
        permits.release();
        if (readers != null) {
          readers.close();
        }
      }
    }
  }

  private static SearchReaders readers(
      DocumentStore store, HeldReader held, List<KindForms.Form> unsettled, Asked asked)
      throws IOException {
    try {
      return SearchReaders.of(store, held, unsettled, asked);
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /** The log index that the documents stand at. */
  public long upTo() {
    return upTo;
  }

  /** The next document, or null when there are no more. */
  public @Nullable DocumentVersion next() {
    try {
      while (true) {
        Segment current = segment;
        if (current == null && next == leaves.size()) {
          return null;
        }
        if (current == null) {
          segment = open(leaves.get(next++));
          continue;
        }
        int document = current.matches().nextDoc();
        if (document == DocIdSetIterator.NO_MORE_DOCS) {
          segment = null;
        } else if (current.live() == null || current.live().get(document)) {
          return LinkLookup.entry(current.stored(), document).document();
        }
      }
    } catch (IOException e) {
      throw readers.failure("reading what a query matches", e);
    }
  }

  private @Nullable Segment open(LeafReaderContext context) throws IOException {
    Scorer scorer = weight.scorer(context);
    LeafReader leaf = context.reader();
    return scorer == null
        ? null
        : new Segment(scorer.iterator(), leaf.getLiveDocs(), leaf.storedFields());
  }

  /** Gives the reader back. Idempotent. */
  @Override
  public void close() {
    readers.close();
  }
}
