// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;

/**
 * Which fields the segments of a reader have, looked up once for each reader and name: every query
 * asks for several, in all segments of all partitions. Thread-safe.
 */
public final class ShownFields {
  /** Clients choose the names that they ask for: beyond so many, answers are not kept. */
  private static final int MAX_KEPT = 1_000;

  private final ConcurrentHashMap<IndexReader.CacheKey, Known> byReader = new ConcurrentHashMap<>();

  /** What is known of one reader. */
  private record Known(boolean isPartial, Map<String, Boolean> fields) {}

  /** Whether any segment of an open reader has a field. */
  public boolean has(DirectoryReader reader, String field) throws IOException {
    Map<String, Boolean> fields = of(reader).fields();
    Boolean known = fields.get(field);
    if (known != null) {
      return known;
    }
    boolean has = isIn(reader, field);
    if (fields.size() < MAX_KEPT) {
      fields.put(field, has);
    }
    return has;
  }

  /** Whether any document of an open reader has a field that is not indexed. */
  public boolean isPartial(DirectoryReader reader) throws IOException {
    return of(reader).isPartial();
  }

  private Known of(DirectoryReader reader) throws IOException {
    IndexReader.CacheHelper helper = reader.getReaderCacheHelper();
    Known known = byReader.get(helper.getKey());
    if (known == null) {
      Term partial = new Term(IndexFields.MARK, IndexFields.MARK_PARTIAL);
      known = new Known(reader.docFreq(partial) > 0, new ConcurrentHashMap<>());
      if (byReader.put(helper.getKey(), known) == null) {
        helper.addClosedListener(byReader::remove);
      }
    }
    return known;
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
}
