// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * A reader that also shows superseded versions. Lucene hides them from its near-real-time readers
 * as if they were deleted; a segment's hard live documents still tell them apart.
 */
public final class AllVersionsReader extends FilterDirectoryReader {

  public AllVersionsReader(DirectoryReader in) throws IOException {
    super(in, new Wrapper());
  }

  /** The documents of a segment that were not removed; null means all. */
  public static @Nullable Bits keptDocs(LeafReader leaf) {
    return ((SegmentReader) FilterLeafReader.unwrap(leaf)).getHardLiveDocs();
  }

  @Override
  protected DirectoryReader doWrapDirectoryReader(DirectoryReader in) throws IOException {
    return new AllVersionsReader(in);
  }

  @Override
  public @Nullable CacheHelper getReaderCacheHelper() {
    return null;
  }

  private static final class Wrapper extends SubReaderWrapper {
    @Override
    public LeafReader wrap(LeafReader leaf) {
      return new AllVersionsLeaf(leaf);
    }
  }

  private static final class AllVersionsLeaf extends FilterLeafReader {
    private final @Nullable Bits kept;
    private final int count;

    AllVersionsLeaf(LeafReader in) {
      super(in);
      this.kept = keptDocs(in);
      this.count = count(kept, in.maxDoc());
    }

    private static int count(@Nullable Bits kept, int maxDoc) {
      if (kept == null) {
        return maxDoc;
      }
      int count = 0;
      for (int doc = 0; doc < maxDoc; doc++) {
        if (kept.get(doc)) {
          count++;
        }
      }
      return count;
    }

    @Override
    public @Nullable Bits getLiveDocs() {
      return kept;
    }

    @Override
    public int numDocs() {
      return count;
    }

    @Override
    public CacheHelper getCoreCacheHelper() {
      return in.getCoreCacheHelper();
    }

    @Override
    public @Nullable CacheHelper getReaderCacheHelper() {
      return null;
    }
  }
}
