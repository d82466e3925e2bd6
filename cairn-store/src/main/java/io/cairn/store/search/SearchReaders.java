// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.store.DocumentStore;
import io.cairn.store.HeldReader;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.AllVersionsReader;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.IndexFields;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/** Readers of several partitions, held together under one searcher until they are closed. */
final class SearchReaders implements Closeable {
  private final List<HeldReader> held;
  private final IndexSearcher searcher;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ThreadsFields lastThreads;
  private volatile @Nullable Semaphore permits;

  private SearchReaders(List<HeldReader> held, IndexSearcher searcher) {
    this.held = held;
    this.searcher = searcher;
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
  static SearchReaders overAllVersions(List<DocumentStore> stores, QueryTask.Query query)
      throws IOException {
    SearchReaders stored = over(stores, Mode.ALL_VERSIONS);
    try {
      DocumentMapper mapper = stored.held.getFirst().newMapper();
      DirectoryReader inverted = BareVersions.invert(query, stored, mapper);
      if (inverted == null) {
        return stored;
      }
      MultiReader all =
          new MultiReader(new IndexReader[] {stored.searcher.getIndexReader(), inverted}, false);
      return new SearchReaders(stored.held, new IndexSearcher(all));
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  static SearchReaders over(List<DocumentStore> stores, Mode mode) throws IOException {
    List<HeldReader> held = new ArrayList<>(stores.size());
    List<IndexReader> readers = new ArrayList<>(stores.size() + 1);
    try {
      for (DocumentStore store : stores) {
        HeldReader one = store.hold(mode != Mode.UNREFRESHED);
        DirectoryReader reader = one.reader();
        held.add(one);
        readers.add(mode == Mode.ALL_VERSIONS ? new AllVersionsReader(reader) : reader);
      }
      MultiReader all = new MultiReader(readers.toArray(IndexReader[]::new), false);
      return new SearchReaders(held, new IndexSearcher(all));
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
    IndexSearcher checking = new IndexSearcher(searcher.getIndexReader());
    checking.setTimeout(
        () -> {
          check.run();
          return false;
        });
    return checking;
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

  /** Whether any segment has a field. */
  boolean hasField(String field) {
    return hasField(searcher.getIndexReader(), field);
  }

  private static boolean hasField(IndexReader reader, String field) {
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses a name of which a partition knows nothing only because it has too many names.
   *
   * @throws IllegalArgumentException that says what to do
   */
  void requireIndexed(String name) {
    List<String> fields = IndexFields.all(name);
    for (HeldReader one : held) {
      if (fields.stream().noneMatch(field -> hasField(one.reader(), field)) && isPartial(one)) {
        throw new IllegalArgumentException(
            name
                + " is not indexed in all documents: they have too many names of fields, as the"
                + " keys of a map are. Give the map PropertyIndexingOption.FIXED_ITEM_NAME or"
                + " STORE_ONLY");
      }
    }
  }

  private boolean isPartial(HeldReader one) {
    try {
      return one.reader().docFreq(new Term(IndexFields.MARK, IndexFields.MARK_PARTIAL)) > 0;
    } catch (IOException e) {
      throw one.failure("looking for documents that are indexed in part", e);
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
      Semaphore taken = permits;
      if (taken != null) {
        taken.release();
      }
    }
  }
}
