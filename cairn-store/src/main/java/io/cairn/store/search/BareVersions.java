// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import io.cairn.store.search.SearchReaders.Inverted;
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

  /** Versions between two looks whether anybody still waits. */
  private static final int CHECKED_EACH = 1_000;

  private static final Set<String> NARROWING = Set.of(IndexFields.SELF_LINK, IndexFields.KIND);

  private BareVersions() {}

  /**
   * A reader of the inverted bare versions that a query may match, or null when there are none.
   *
   * @param former entries that are treated as bare ones, because they are indexed in a form that
   *     would mislead the query
   */
  static @Nullable Inverted invert(
      QueryTask.Query query,
      FormerForms former,
      SearchReaders readers,
      DocumentMapper mapper,
      Runnable check)
      throws IOException {
    Query marked = new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_BARE));
    BooleanQuery.Builder narrowed = new BooleanQuery.Builder();
    narrowed.add(
        former.isEmpty() ? marked : QueryTranslator.any(List.of(marked, former.query())),
        Occur.FILTER);
    narrow(query, narrowed, readers.translator(Set.of()).byWholeLinks(), NARROWING::contains, 0);
    Query bare = narrowed.build();
    int entries = readers.searcher().count(bare);
    if (entries == 0) {
      return null;
    }
    requireFew(entries);
    List<LeafReaderContext> leaves = readers.searcher().getIndexReader().leaves();
    ScoreDoc[] hits = readers.searcher().search(bare, entries, Sort.INDEXORDER).scoreDocs;
    requireFew(versions(hits, leaves));
    Map<String, Predicate<StoredForm.Entry>> trimmed = new HashMap<>();
    DirectoryReader made =
        inverted(
            hits,
            readers,
            mapper,
            check,
            (leaf, entry) -> {
              String link = entry.document().link();
              Predicate<StoredForm.Entry> gone = trimmed.get(link);
              if (gone == null) {
                gone = LinkLookup.trimmed(readers.partitionOf(leaf), link);
                trimmed.put(link, gone);
              }
              return !gone.test(entry);
            });
    return new Inverted(made, former.isEmpty() ? null : former.query(), 0);
  }

  /** Says of an entry that a segment holds whether it is there still. */
  @FunctionalInterface
  interface Presence {
    boolean has(LeafReaderContext leaf, StoredForm.Entry entry) throws IOException;
  }

  /** A reader of entries that were found, inverted as their kinds are described now. */
  static DirectoryReader inverted(
      ScoreDoc[] hits,
      SearchReaders readers,
      DocumentMapper mapper,
      Runnable check,
      Presence presence)
      throws IOException {
    List<LeafReaderContext> leaves = readers.searcher().getIndexReader().leaves();
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    int done = 0;
    try (IndexWriter writer =
        new IndexWriter(directory, new IndexWriterConfig(new SimpleAnalyzer()))) {
      for (ScoreDoc hit : hits) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
        for (StoredForm.Entry entry :
            LinkLookup.entries(readers.storedFields(leaf), hit.doc - leaf.docBase)) {
          if (++done % CHECKED_EACH == 0) {
            check.run();
          }
          if (presence.has(leaf, entry)) {
            add(entry, writer, mapper);
          }
        }
      }
    }
    return DirectoryReader.open(directory);
  }

  private static void add(StoredForm.Entry entry, IndexWriter writer, DocumentMapper mapper)
      throws IOException {
    try {
      writer.addDocument(mapper.full(entry));
    } catch (IllegalArgumentException e) {
      // As when it is indexed: Lucene does not take its content.
      writer.addDocument(mapper.withoutContent(entry));
    }
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

  /**
   * Adds the conditions that every match fulfils.
   *
   * @param usable says by its name whether a property is indexed as the query takes it to be
   */
  static void narrow(
      QueryTask.Query query,
      BooleanQuery.Builder target,
      QueryTranslator translator,
      Predicate<String> usable,
      int depth) {
    if (query.occurance != null && query.occurance != QueryTask.Query.Occurance.MUST_OCCUR) {
      return;
    }
    if (query.term != null) {
      if (query.term.propertyName != null && usable.test(query.term.propertyName)) {
        target.add(translator.translate(query), Occur.FILTER);
      }
    } else if (query.booleanClauses != null && depth < 8) {
      for (QueryTask.Query clause : query.booleanClauses) {
        narrow(clause, target, translator, usable, depth + 1);
      }
    }
  }
}
