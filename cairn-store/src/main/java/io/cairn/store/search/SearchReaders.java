// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.DocumentStore;
import io.cairn.store.HeldReader;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.AllVersionsReader;
import io.cairn.store.index.CombinedReaders;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.IndexFields;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/** Readers of several partitions, held together under one searcher until they are closed. */
final class SearchReaders implements Closeable {
  /** About what a row takes while it is found, its link and its place in an answer included. */
  private static final long ROW_BYTES = 250;

  /** About what a value takes that rows are sorted by. */
  private static final long SORTED_BYTES = 60;

  /** Patterns of a query may hold so manyth of what the query may. */
  private static final long PATTERNS_SHARE = 4;

  private static final long MAX_PATTERNS_BYTES = 16L << 20;

  private final List<HeldReader> held;
  private final boolean areNewest;
  private final StorePool pool;
  private final IndexSearcher searcher;
  private final @Nullable DirectoryReader inverted;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ThreadsFields lastThreads;
  private volatile @Nullable Semaphore permits;

  /**
   * Creates readers.
   *
   * @param areNewest whether they show the newest version of each link only, a reader a partition
   * @param inverted shows what was inverted for one search, in memory
   */
  private SearchReaders(
      List<HeldReader> held,
      List<IndexReader> readers,
      boolean areNewest,
      StorePool pool,
      @Nullable DirectoryReader inverted)
      throws IOException {
    this.held = held;
    this.areNewest = areNewest;
    this.pool = pool;
    this.searcher = new SegmentSearcher(pool.combined().of(readers), pool.terms());
    this.inverted = inverted;
  }

  /** How the partitions are read. */
  enum Mode {
    /** Current documents, everything applied before included. */
    CURRENT,
    /** Current documents as far as a searcher shows them already. */
    UNREFRESHED,
    /** All versions, everything applied before included. */
    ALL_VERSIONS
  }

  /** Readers of all versions, those that a query may match and that were not inverted included. */
  static SearchReaders overAllVersions(
      List<DocumentStore> stores, QueryTask.Query query, Runnable check) throws IOException {
    SearchReaders stored = over(stores, Mode.ALL_VERSIONS);
    DirectoryReader inverted = null;
    try {
      DocumentMapper mapper = stored.held.getFirst().newMapper();
      inverted = BareVersions.invert(query, stored, mapper, check);
      if (inverted == null) {
        return stored;
      }
      return new SearchReaders(
          stored.held,
          List.of(stored.searcher.getIndexReader(), inverted),
          false,
          stores.getFirst().pool(),
          inverted);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(inverted);
      stored.close();
      throw e;
    }
  }

  /** The current documents that a reader shows, which is given back with these. */
  static SearchReaders of(DocumentStore store, HeldReader held) throws IOException {
    return new SearchReaders(List.of(held), List.of(held.reader()), true, store.pool(), null);
  }

  static SearchReaders over(List<DocumentStore> stores, Mode mode) throws IOException {
    List<HeldReader> held = new ArrayList<>(stores.size());
    List<IndexReader> readers = new ArrayList<>(stores.size());
    try {
      for (DocumentStore store : stores) {
        HeldReader one = store.hold(mode != Mode.UNREFRESHED);
        DirectoryReader reader = one.reader();
        held.add(one);
        readers.add(mode == Mode.ALL_VERSIONS ? new AllVersionsReader(reader) : reader);
      }
      boolean areNewest = mode != Mode.ALL_VERSIONS;
      return new SearchReaders(held, readers, areNewest, stores.getFirst().pool(), null);
    } catch (IOException | RuntimeException e) {
      held.forEach(HeldReader::close);
      throw e;
    }
  }

  IndexSearcher searcher() {
    return searcher;
  }

  /**
   * A searcher that runs a check now and then while it looks at documents; what that throws ends
   * the search.
   */
  IndexSearcher searcher(Runnable check) {
    return new SegmentSearcher(searcher.getTopReaderContext(), pool.terms(), check);
  }

  /** What one search may cost. */
  StorePool.SearchLimits limits() {
    return pool.searchLimits();
  }

  /** Translates what is to be searched here, within the limits for searches. */
  QueryTranslator translator(Set<QueryOption> options) {
    return new QueryTranslator(
        this::hasField,
        this::requireIndexed,
        new PatternBudget(
            this::valuesOf,
            options.contains(QueryOption.ALLOW_SCAN) ? Long.MAX_VALUE : limits().scannedValues(),
            Math.min(MAX_PATTERNS_BYTES, limits().heldBytes() / PATTERNS_SHARE)));
  }

  /** How many values a field has: each counts once for each segment that has it. */
  private long valuesOf(String field) {
    long values = 0;
    try {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        Terms terms = leaf.reader().terms(field);
        values += terms == null ? 0 : Math.max(0, terms.size());
      }
    } catch (IOException e) {
      throw failure("counting the values of " + field, e);
    }
    return values;
  }

  /**
   * Refuses to hold more rows at once than there is memory for.
   *
   * @param sorted by how many values they are sorted
   */
  void requireRoom(int rows, int sorted) {
    long bytes = (long) rows * (ROW_BYTES + SORTED_BYTES * sorted);
    if (bytes > limits().heldBytes()) {
      throw new IllegalArgumentException(
          ("The query wants %d documents at once, about %d bytes of memory, and %d bytes are allowed:"
                  + " read smaller pages (resultLimit), and let offset be smaller")
              .formatted(rows, bytes, limits().heldBytes()));
    }
  }

  /** A permit was taken for these: it is given back with them. */
  void hold(Semaphore taken) {
    permits = taken;
  }

  /**
   * The stored fields of a segment, for the calling thread. Opened once for a thread that reads
   * many documents in a row: a fresh reader would decompress a block for each of them.
   */
  @SuppressWarnings("ReferenceEquality") // the very thread, not one like it
  StoredFields storedFields(LeafReaderContext leaf) throws IOException {
    ThreadsFields mine = lastThreads;
    if (mine == null || mine.thread != Thread.currentThread()) {
      mine = new ThreadsFields(Thread.currentThread(), searcher.getIndexReader().leaves().size());
      lastThreads = mine;
    }
    StoredFields opened = mine.bySegment[leaf.ord];
    if (opened == null) {
      opened = leaf.reader().storedFields();
      mine.bySegment[leaf.ord] = opened;
    }
    return opened;
  }

  /** What one thread has opened; used by that thread alone. */
  private static final class ThreadsFields {
    final Thread thread;
    final @Nullable StoredFields[] bySegment;

    ThreadsFields(Thread thread, int segments) {
      this.thread = thread;
      this.bySegment = new StoredFields[segments];
    }
  }

  /** The version that a hit stands for, if memory has it. */
  @Nullable DocumentVersion inMemory(LeafReaderContext leaf, SearchHit hit) throws IOException {
    if (!areNewest) {
      return null;
    }
    SortedNumericDocValues times =
        DocValues.getSortedNumeric(leaf.reader(), IndexFields.UPDATE_TIME_NUMBER);
    return times.advanceExact(hit.position() - leaf.docBase)
        ? held.get(leaf.parent.ordInParent).inMemory(hit.link(), hit.version(), times.nextValue())
        : null;
  }

  /** The segments of the partition that a segment of a stored version belongs to. */
  List<LeafReaderContext> partitionOf(LeafReaderContext leaf) {
    return held.get(leaf.parent.ordInParent).reader().leaves();
  }

  /** Whether any segment has a field. */
  boolean hasField(String field) {
    return CombinedReaders.hasField(searcher.getIndexReader(), field);
  }

  /**
   * Refuses a name of which a partition knows nothing only because it has too many names.
   *
   * @throws IllegalArgumentException that says what to do
   */
  void requireIndexed(String name) {
    try {
      if (!CombinedReaders.isPartial(searcher.getIndexReader())) {
        return;
      }
    } catch (IOException e) {
      throw failure("looking for documents that are indexed in part", e);
    }
    for (HeldReader one : held) {
      if (one.isPartial() && IndexFields.all(name).stream().noneMatch(one::hasField)) {
        throw new IllegalArgumentException(
            name
                + " is not indexed in all documents: they have too many names of fields, as the"
                + " keys of a map are. Give the map PropertyIndexingOption.FIXED_ITEM_NAME or"
                + " STORE_ONLY");
      }
    }
  }

  /** What to throw when reading failed; blames the store that the cause names, if it names one. */
  StoreException failure(String what, IOException cause) {
    for (HeldReader one : held) {
      if (one.isNamedIn(cause)) {
        return one.failure(what, cause);
      }
    }
    return new StoreException(what + " failed: " + cause, cause);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      held.forEach(HeldReader::close);
      IOUtils.closeWhileHandlingException(inverted);
      Semaphore taken = permits;
      if (taken != null) {
        taken.release();
      }
    }
  }
}
