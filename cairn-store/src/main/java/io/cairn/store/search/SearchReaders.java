// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

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
import io.cairn.store.index.KindForms;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.apache.lucene.search.Query;
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
  private final List<IndexReader> readers;
  private final boolean areNewest;
  private final StorePool pool;
  private final IndexSearcher searcher;
  private final @Nullable Inverted inverted;

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ThreadsFields lastThreads;
  private volatile @Nullable Semaphore permits;

  /**
   * Creates readers.
   *
   * @param areNewest whether they show the newest version of each link only, a reader a partition
   * @param inverted what was inverted for one search; null if nothing had to be
   */
  private SearchReaders(
      List<HeldReader> held,
      List<IndexReader> readers,
      boolean areNewest,
      StorePool pool,
      @Nullable Inverted inverted)
      throws IOException {
    this.held = held;
    this.readers = readers;
    this.areNewest = areNewest;
    this.pool = pool;
    this.searcher = new SegmentSearcher(pool.combined().of(readers), pool.terms());
    this.inverted = inverted;
  }

  /**
   * What was inverted for one search, in memory.
   *
   * @param standsFor what it is searched in place of; null if that is not searched anyway
   * @param kilobytes about what it takes, of what the node has for that
   */
  record Inverted(DirectoryReader reader, @Nullable Query standsFor, int kilobytes) {}

  /** How the partitions are read. */
  enum Mode {
    /** Current documents, everything applied before included. */
    CURRENT,
    /** Current documents as far as a searcher shows them already. */
    UNREFRESHED,
    /** All versions, everything applied before included. */
    ALL_VERSIONS;

    static Mode of(Set<QueryOption> options) {
      if (SearchPlan.readsAllVersions(options)) {
        return ALL_VERSIONS;
      }
      return options.contains(QueryOption.DO_NOT_REFRESH) ? UNREFRESHED : CURRENT;
    }
  }

  /**
   * Readers for a search: of documents as their kinds are described now, those included that are
   * not indexed so yet, and, where all versions are wanted, those that were not inverted.
   *
   * @param check run now and then; what it throws ends this
   */
  static SearchReaders over(List<DocumentStore> stores, Mode mode, Asked asked, Runnable check)
      throws IOException {
    Set<String> kinds = asked.kinds();
    List<KindForms> forms = new ArrayList<>(stores.size());
    Map<String, KindForms.Form> unsettled = new LinkedHashMap<>();
    List<HeldReader> held = new ArrayList<>(stores.size());
    try {
      for (DocumentStore store : stores) {
        // Before the reader is taken: what is settled then, it shows so.
        KindForms before = store.forms();
        List<KindForms.Form> open = before.unsettled(kinds);
        HeldReader one = store.hold(mode != Mode.UNREFRESHED);
        held.add(one);
        forms.add(one.forms());
        boolean known = one.forms().equals(before); // else another index has taken its place
        (known && mode != Mode.ALL_VERSIONS ? open : one.forms().forms(kinds))
            .forEach(form -> unsettled.put(form.kind(), form));
      }
      SearchReaders stored = of(held, mode, stores.getFirst().pool());
      return stored.adding(List.copyOf(unsettled.values()), forms, mode, asked, check);
    } catch (IOException | RuntimeException e) {
      held.forEach(HeldReader::close);
      throw e;
    }
  }

  /** The same with what has to be inverted for a search. */
  private SearchReaders adding(
      List<KindForms.Form> unsettled, List<KindForms> forms, Mode mode, Asked asked, Runnable check)
      throws IOException {
    FormerForms former =
        FormerForms.of(unsettled, forms, unsettled.isEmpty() ? Set.of() : asked.properties());
    boolean allVersions = mode == Mode.ALL_VERSIONS;
    if (former.isEmpty() && !allVersions) {
      return this;
    }
    DocumentMapper mapper = held.getFirst().newMapper();
    Inverted made =
        allVersions
            ? BareVersions.invert(asked.query(), former, this, mapper, check)
            : former.invert(asked, this, mapper, check);
    if (made == null) {
      return this;
    }
    try {
      List<IndexReader> all = new ArrayList<>(readers);
      all.add(made.reader());
      return new SearchReaders(held, all, areNewest, pool, made);
    } catch (IOException | RuntimeException e) {
      letGo(made);
      throw e;
    }
  }

  private void letGo(@Nullable Inverted made) {
    if (made != null) {
      IOUtils.closeWhileHandlingException(made.reader());
      pool.inverted().release(made.kilobytes());
    }
  }

  /** The current documents of a store, for a search of them. */
  static SearchReaders of(
      DocumentStore store, HeldReader held, List<KindForms.Form> unsettled, Asked asked)
      throws IOException {
    return of(List.of(held), Mode.CURRENT, store.pool())
        .adding(unsettled, List.of(held.forms()), Mode.CURRENT, asked, () -> {});
  }

  /** Readers of documents as they are indexed. */
  static SearchReaders over(List<DocumentStore> stores, Mode mode) throws IOException {
    List<HeldReader> held = new ArrayList<>(stores.size());
    try {
      for (DocumentStore store : stores) {
        held.add(store.hold(mode != Mode.UNREFRESHED));
      }
      return of(held, mode, stores.getFirst().pool());
    } catch (IOException | RuntimeException e) {
      held.forEach(HeldReader::close);
      throw e;
    }
  }

  private static SearchReaders of(List<HeldReader> held, Mode mode, StorePool pool)
      throws IOException {
    return new SearchReaders(held, readers(held, mode), mode != Mode.ALL_VERSIONS, pool, null);
  }

  private static List<IndexReader> readers(List<HeldReader> held, Mode mode) throws IOException {
    List<IndexReader> readers = new ArrayList<>(held.size());
    for (HeldReader one : held) {
      DirectoryReader reader = one.reader();
      readers.add(mode == Mode.ALL_VERSIONS ? new AllVersionsReader(reader) : reader);
    }
    return readers;
  }

  /** What searches leave out because something else stands for it; null if there is nothing. */
  @Nullable Query hidden() {
    return inverted == null ? null : inverted.standsFor();
  }

  /** How many documents were inverted for the search, because their entries would mislead it. */
  int invertedForms() {
    return inverted == null || inverted.standsFor() == null ? 0 : inverted.reader().numDocs();
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

  /** What searches of this node may invert at a time, in kilobytes. */
  Semaphore inverting() {
    return pool.inverted();
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
    if (!areNewest || leaf.parent.ordInParent >= held.size()) {
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
      letGo(inverted);
      Semaphore taken = permits;
      if (taken != null) {
        taken.release();
      }
    }
  }
}
