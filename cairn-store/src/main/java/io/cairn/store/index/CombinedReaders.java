// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.BaseCompositeReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexReaderContext;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.jspecify.annotations.Nullable;

/**
 * Readers of several partitions as one. The last combination is remembered: as long as nothing
 * changes, all searches use the same. Thread-safe.
 */
public final class CombinedReaders {
  /** Clients choose the names that they ask for: beyond so many, answers are not kept. */
  private static final int MAX_KEPT = 1_000;

  private static final Term PARTIAL = new Term(IndexFields.MARK, IndexFields.MARK_PARTIAL);

  private volatile WeakReference<Combined> last = new WeakReference<>(null);

  /**
   * What stands for several readers, in their order. It counts no references: whoever asks holds
   * the readers for as long as it is used.
   */
  public IndexReaderContext of(List<? extends IndexReader> readers) throws IOException {
    Combined known = last.get();
    if (known == null || !known.isOf(readers)) {
      known = new Combined(readers);
      last = new WeakReference<>(known);
    }
    return known.getContext();
  }

  /**
   * Whether any segment of readers that {@link #of} gave has a field. Looked up once for each name
   * while nothing changes: every query asks for several.
   */
  public static boolean hasField(IndexReader combined, String field) {
    return combined instanceof Combined one ? one.hasField(field) : isIn(combined, field);
  }

  /** Whether any document of readers that {@link #of} gave has a field that is not indexed. */
  public static boolean isPartial(IndexReader combined) throws IOException {
    return combined instanceof Combined one ? one.isPartial() : isPartlyIndexed(combined);
  }

  /** Whether any document of a reader has a field that is not indexed; looks into each segment. */
  public static boolean isPartlyIndexed(IndexReader reader) throws IOException {
    return reader.docFreq(PARTIAL) > 0;
  }

  /** Whether any segment of a reader has a field; looks into each of them. */
  public static boolean isIn(IndexReader reader, String field) {
    for (LeafReaderContext leaf : reader.leaves()) {
      if (leaf.reader().getFieldInfos().fieldInfo(field) != null) {
        return true;
      }
    }
    return false;
  }

  private static final class Combined extends BaseCompositeReader<IndexReader> {
    private final ConcurrentHashMap<String, Boolean> fields = new ConcurrentHashMap<>();
    private volatile @Nullable Boolean partial;

    boolean hasField(String field) {
      Boolean known = fields.get(field);
      if (known == null) {
        known = isIn(this, field);
        if (fields.size() < MAX_KEPT) {
          fields.put(field, known);
        }
      }
      return known;
    }

    boolean isPartial() throws IOException {
      Boolean known = partial;
      if (known == null) {
        known = isPartlyIndexed(this);
        partial = known;
      }
      return known;
    }

    Combined(List<? extends IndexReader> readers) throws IOException {
      super(readers.toArray(IndexReader[]::new), null);
    }

    @SuppressWarnings("ReferenceEquality") // a changed index is shown by another reader
    boolean isOf(List<? extends IndexReader> readers) {
      List<? extends IndexReader> mine = getSequentialSubReaders();
      if (mine.size() != readers.size()) {
        return false;
      }
      for (int i = 0; i < readers.size(); i++) {
        if (mine.get(i) != readers.get(i)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public @Nullable CacheHelper getReaderCacheHelper() {
      return null;
    }

    @Override
    protected void doClose() {}
  }
}
