// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Versions that were superseded before they were indexed are stored, not inverted. A query over all
 * versions must find them all the same: those that its conditions on link and kind leave are
 * inverted here, in a small index in memory that lives as long as the query. Few queries ask for
 * all versions; every hot document has such versions; hence the work is done here and not there.
 */
final class BareVersions {
  /** More would take seconds and much memory. */
  private static final int MAX = 100_000;

  /** Links between two looks whether anybody still waits. */
  private static final int CHECKED_EACH = 1_000;

  private static final Set<String> NARROWING = Set.of(IndexFields.SELF_LINK, IndexFields.KIND);

  private BareVersions() {}

  /** A reader of the inverted bare versions that a query may match, or null when there are none. */
  static @Nullable DirectoryReader invert(
      QueryTask.Query query, SearchReaders readers, DocumentMapper mapper, Runnable check)
      throws IOException {
    BooleanQuery.Builder narrowed = new BooleanQuery.Builder();
    narrowed.add(new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_BARE)), Occur.FILTER);
    narrow(query, narrowed, readers.translator(Set.of()), 0);
    Query bare = narrowed.build();
    int entries = readers.searcher().count(bare);
    if (entries == 0) {
      return null;
    }
    requireFew(entries);
    List<LeafReaderContext> leaves = readers.searcher().getIndexReader().leaves();
    ScoreDoc[] hits = readers.searcher().search(bare, entries, Sort.INDEXORDER).scoreDocs;
    requireFew(versions(hits, leaves));
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    try (IndexWriter writer =
        new IndexWriter(directory, new IndexWriterConfig(new SimpleAnalyzer()))) {
      Map<String, Predicate<StoredForm.Entry>> trimmed = new HashMap<>();
      for (ScoreDoc hit : hits) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
        for (StoredForm.Entry entry :
            LinkLookup.entries(leaf.reader().storedFields(), hit.doc - leaf.docBase)) {
          String link = entry.document().link();
          Predicate<StoredForm.Entry> gone = trimmed.get(link);
          if (gone == null) {
            gone = LinkLookup.trimmed(readers.partitionOf(leaf), link);
            trimmed.put(link, gone);
            if (trimmed.size() % CHECKED_EACH == 0) {
              check.run();
            }
          }
          if (!gone.test(entry)) {
            writer.addDocument(mapper.full(entry));
          }
        }
      }
    }
    return DirectoryReader.open(directory);
  }

  private static void requireFew(long versions) {
    if (versions > MAX) {
      throw new IllegalArgumentException(
          "The query would look at "
              + versions
              + " old versions, more than "
              + MAX
              + ": let every match have a documentSelfLink or a documentKind that leaves fewer. A"
              + " clause on documentVersion or another field does not: versions that were"
              + " superseded at once are found by link and kind only");
    }
  }

  /** How many versions some entries of the index hold. */
  private static long versions(ScoreDoc[] hits, List<LeafReaderContext> leaves) throws IOException {
    long count = 0;
    for (ScoreDoc hit : hits) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      SortedNumericDocValues packed =
          DocValues.getSortedNumeric(leaf.reader(), IndexFields.PACKED_INDEX);
      count += packed.advanceExact(hit.doc - leaf.docBase) ? packed.docValueCount() : 1;
    }
    return count;
  }

  /** Adds the conditions on link and kind that every match fulfils. */
  private static void narrow(
      QueryTask.Query query, BooleanQuery.Builder target, QueryTranslator translator, int depth) {
    if (query.occurance != null && query.occurance != QueryTask.Query.Occurance.MUST_OCCUR) {
      return;
    }
    if (query.term != null) {
      if (query.term.propertyName != null && NARROWING.contains(query.term.propertyName)) {
        target.add(translator.translate(query), Occur.FILTER);
      }
    } else if (query.booleanClauses != null && depth < 8) {
      for (QueryTask.Query clause : query.booleanClauses) {
        narrow(clause, target, translator, depth + 1);
      }
    }
  }
}
