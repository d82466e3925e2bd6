// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
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

  private static final Set<String> NARROWING =
      Set.of(IndexFields.SELF_LINK, IndexFields.KIND, IndexFields.VERSION);

  private BareVersions() {}

  /** A reader of the inverted bare versions that a query may match, or null when there are none. */
  static @Nullable DirectoryReader invert(
      QueryTask.Query query, SearchReaders readers, DocumentMapper mapper) throws IOException {
    BooleanQuery.Builder narrowed = new BooleanQuery.Builder();
    narrowed.add(new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_BARE)), Occur.FILTER);
    narrow(query, narrowed, new QueryTranslator(readers::hasField, readers::requireIndexed), 0);
    Query bare = narrowed.build();
    int count = readers.searcher().count(bare);
    if (count == 0) {
      return null;
    }
    if (count > MAX) {
      throw new IllegalArgumentException(
          "The query would look at "
              + count
              + " old versions: narrow it with a clause on documentSelfLink or documentKind");
    }
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    try (IndexWriter writer =
        new IndexWriter(directory, new IndexWriterConfig(new SimpleAnalyzer()))) {
      List<LeafReaderContext> leaves = readers.searcher().getIndexReader().leaves();
      for (ScoreDoc hit : readers.searcher().search(bare, count).scoreDocs) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
        StoredForm.Entry entry = LinkLookup.entry(leaf.reader(), hit.doc - leaf.docBase);
        writer.addDocument(mapper.full(entry));
      }
    }
    return DirectoryReader.open(directory);
  }

  /** Adds the conditions on link, kind and version that every match fulfils. */
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
