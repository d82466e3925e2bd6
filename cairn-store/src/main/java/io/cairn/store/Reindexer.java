// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.ExactToken;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * Replaces the entries of newest versions that were indexed otherwise than the kind's description
 * says by now: by shape, by what the description was before, or by another version of this program.
 * Older versions stay as they are. Called with the index lock held.
 */
final class Reindexer {
  /** Entries replaced while the index lock is held. */
  private static final int CHUNK = 500;

  private final PartitionIndex index;
  private final DocumentMapper mapper;

  Reindexer(PartitionIndex index, DocumentMapper mapper) {
    this.index = index;
    this.mapper = mapper;
  }

  /**
   * Replaces some entries; 0 means that none is left. The present reader must show everything
   * written; it must be refreshed before anybody else reads.
   */
  int replaceSome(String kind) throws IOException {
    String form = mapper.formMark(kind);
    if (form == null) {
      return 0;
    }
    Query outdated =
        new BooleanQuery.Builder()
            .add(
                new TermQuery(new Term(IndexFields.exact(IndexFields.KIND), ExactToken.of(kind))),
                BooleanClause.Occur.FILTER)
            .add(new TermQuery(new Term(IndexFields.MARK, form)), BooleanClause.Occur.MUST_NOT)
            .add(
                new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_BARE)),
                BooleanClause.Occur.MUST_NOT)
            .build();
    DirectoryReader reader = index.acquire();
    try {
      return replaceSome(outdated, reader);
    } finally {
      reader.decRef();
    }
  }

  private int replaceSome(Query outdated, DirectoryReader reader) throws IOException {
    List<Indexed> found = find(outdated, reader);
    if (found.isEmpty()) {
      return 0;
    }
    long[] indexes = found.stream().mapToLong(one -> one.entry().logIndex()).toArray();
    List<BytesRef> links = found.stream().map(one -> new BytesRef(one.link())).toList();
    index.delete(
        new BooleanQuery.Builder()
            .add(outdated, BooleanClause.Occur.FILTER)
            .add(new TermInSetQuery(IndexFields.LINK_TERM, links), BooleanClause.Occur.FILTER)
            .add(
                NumericDocValuesField.newSlowSetQuery(IndexFields.LOG_INDEX, indexes),
                BooleanClause.Occur.FILTER)
            .build());
    for (Indexed one : found) {
      try {
        index.putNewest(one.link(), one.trimming(mapper.full(one.entry())), true);
      } catch (IllegalArgumentException e) {
        // As when it was first indexed: Lucene does not take its content.
        index.putNewest(one.link(), one.trimming(mapper.withoutContent(one.entry())), true);
      }
    }
    return found.size();
  }

  /** A newest version, and up to which number it removed earlier ones that a pack still holds. */
  private record Indexed(StoredForm.Entry entry, OptionalLong trimmedUpTo) {
    String link() {
      return entry.document().link();
    }

    Document trimming(Document replacement) {
      trimmedUpTo.ifPresent(upTo -> DocumentMapper.addTrim(replacement, upTo));
      return replacement;
    }
  }

  private static List<Indexed> find(Query query, DirectoryReader reader) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    List<Indexed> found = new ArrayList<>();
    for (ScoreDoc hit : new IndexSearcher(reader).search(query, CHUNK).scoreDocs) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      int doc = hit.doc - leaf.docBase;
      found.add(
          new Indexed(
              LinkLookup.entry(leaf.reader(), doc), LinkLookup.trimmedUpTo(leaf.reader(), doc)));
    }
    return found;
  }
}
