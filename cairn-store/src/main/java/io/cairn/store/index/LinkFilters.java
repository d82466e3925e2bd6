// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * A Bloom filter on the links of each segment, in memory, so that asking for a link that does not
 * exist costs no term lookup. 10 bits and 6 probes a link: about 1% false answers, 1.25 bytes a
 * link (12.5 MB of heap for 10 million). Built from a segment's terms when the segment first
 * appears in a reader; until then, every link may be there.
 */
public final class LinkFilters {
  private static final int BITS_PER_LINK = 10;
  private static final int PROBES = 6;

  /** Segments with more documents get their filter on a merge thread, not while refreshing. */
  private static final int LARGE_SEGMENT = 50_000;

  private static final int SEED = 0x5eed;

  private final ConcurrentHashMap<IndexReader.CacheKey, Filter> bySegment =
      new ConcurrentHashMap<>();

  /** Whether a segment may hold a link; false is certain. */
  boolean mayContain(LeafReader leaf, BytesRef link) {
    Filter filter = bySegment.get(leaf.getCoreCacheHelper().getKey());
    return filter == null || filter.mayContain(link);
  }

  /** Builds what is missing for small segments; false when a large one lacks its filter. */
  public boolean prepareSmall(DirectoryReader reader) throws IOException {
    boolean complete = true;
    for (LeafReaderContext leaf : reader.leaves()) {
      if (leaf.reader().maxDoc() > LARGE_SEGMENT) {
        complete &= has(leaf.reader());
      } else {
        prepare(leaf.reader());
      }
    }
    return complete;
  }

  /** Builds what is missing for all segments. */
  public void prepareAll(DirectoryReader reader) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      prepare(leaf.reader());
    }
  }

  /** Whether the filter of a segment is there. */
  private boolean has(LeafReader leaf) {
    return bySegment.containsKey(leaf.getCoreCacheHelper().getKey());
  }

  /** Builds the filter of a segment unless it is there. */
  private void prepare(LeafReader leaf) throws IOException {
    IndexReader.CacheHelper core = leaf.getCoreCacheHelper();
    if (has(leaf)) {
      return;
    }
    bySegment.put(core.getKey(), Filter.of(leaf.terms(IndexFields.LINK_TERM)));
    core.addClosedListener(bySegment::remove);
  }

  /** Heap that the filters take, in bytes. */
  public long bytes() {
    return bySegment.values().stream().mapToLong(filter -> filter.bits.length * 8L).sum();
  }

  /** Links, some of which it may only seem to have. */
  public static final class Filter {
    private final long[] bits;

    private Filter(long[] bits) {
      this.bits = bits;
    }

    /** An empty filter with room for so many links. */
    public static Filter sized(long count) {
      int words =
          (int) Math.min(Integer.MAX_VALUE - 8, (Math.max(1, count) * BITS_PER_LINK + 63) / 64);
      return new Filter(new long[words]);
    }

    static Filter of(@Nullable Terms terms) throws IOException {
      if (terms == null) {
        return new Filter(new long[1]);
      }
      Filter filter = sized(terms.size());
      TermsEnum links = terms.iterator();
      for (BytesRef link = links.next(); link != null; link = links.next()) {
        filter.add(link);
      }
      return filter;
    }

    // Probe i is at h1 + i * h2 (Kirsch and Mitzenmacher, "Less hashing, same performance").
    public void add(BytesRef link) {
      long[] hash = hash(link);
      long size = bits.length * 64L;
      for (int i = 0; i < PROBES; i++) {
        long at = Long.remainderUnsigned(hash[0] + i * hash[1], size);
        bits[(int) (at >>> 6)] |= 1L << at;
      }
    }

    public boolean mayContain(BytesRef link) {
      long[] hash = hash(link);
      long size = bits.length * 64L;
      for (int i = 0; i < PROBES; i++) {
        long at = Long.remainderUnsigned(hash[0] + i * hash[1], size);
        if ((bits[(int) (at >>> 6)] & 1L << at) == 0) {
          return false;
        }
      }
      return true;
    }

    private static long[] hash(BytesRef link) {
      return StringHelper.murmurhash3_x64_128(link.bytes, link.offset, link.length, SEED);
    }
  }
}
