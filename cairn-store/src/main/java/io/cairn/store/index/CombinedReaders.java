// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import org.apache.lucene.index.BaseCompositeReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexReaderContext;
import org.jspecify.annotations.Nullable;

/**
 * Readers of several partitions as one. The last combination is remembered: as long as nothing
 * changes, all searches use the same. Thread-safe.
 */
public final class CombinedReaders {
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

  private static final class Combined extends BaseCompositeReader<IndexReader> {
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
