// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.BaseCompositeReader;
import org.apache.lucene.index.IndexReader;
import org.jspecify.annotations.Nullable;

/**
 * Readers of several partitions as one. It counts no references: whoever made it holds the readers
 * for as long as it is used, so that it need not be closed, and costs nothing when it is dropped.
 */
final class PartitionsReader extends BaseCompositeReader<IndexReader> {

  PartitionsReader(List<? extends IndexReader> readers) throws IOException {
    super(readers.toArray(IndexReader[]::new), null);
  }

  @Override
  public @Nullable CacheHelper getReaderCacheHelper() {
    return null;
  }

  @Override
  protected void doClose() {}
}
