// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.ExactToken;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.KindForms;
import io.cairn.store.search.SearchReaders.Inverted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/**
 * The documents whose entries in the index would mislead a search: they were indexed as their kind
 * was described before, and the search asks for a property that is indexed otherwise now. They are
 * hidden from it, and those that it may match are inverted for it in memory, as {@link
 * BareVersions} are. So it finds what it would find if all were indexed anew, which goes on in the
 * background. Searches for what is indexed as before pay nothing.
 */
final class FormerForms {
  /** So many documents are inverted for one search; more would take seconds and much memory. */
  static final int MAX = 10_000;

  /** What their JSON may weigh. */
  private static final long MAX_BYTES = 16L << 20;

  /** About how much more than its JSON an inverted document takes. */
  private static final int INVERTED_SIZE = 3;

  private final Set<String> properties;
  private final List<Query> misleading = new ArrayList<>();

  /** Those of which nobody knows how they were indexed. */
  private final List<Query> unknown = new ArrayList<>();

  /** The properties that some known form indexes otherwise. */
  private final Set<String> changed = new HashSet<>();

  private FormerForms(Set<String> properties) {
    this.properties = properties;
  }

  /**
   * What would mislead a search.
   *
   * @param forms the kinds that may have documents of another form than this
   * @param indexes what is known of former forms in the indexes that are searched
   * @param properties what the search asks for, fields that every document has left out
   */
  static FormerForms of(
      List<KindForms.Form> forms, List<KindForms> indexes, Set<String> properties) {
    FormerForms former = new FormerForms(properties);
    if (!properties.isEmpty()) {
      forms.forEach(form -> former.add(form, indexes));
    }
    return former;
  }

  private void add(KindForms.Form form, List<KindForms> indexes) {
    Set<String> right = new HashSet<>(Set.of(form.mark(), IndexFields.MARK_BARE));
    Set<String> known = new HashSet<>(right);
    for (KindForms index : indexes) {
      index
          .changes(form, properties)
          .forEach(
              (mark, otherwise) -> {
                known.add(mark);
                changed.addAll(otherwise);
                if (otherwise.isEmpty()) {
                  right.add(mark);
                }
              });
    }
    misleading.add(otherThan(right, form.kind()));
    unknown.add(otherThan(known, form.kind()));
  }

  private static Query otherThan(Set<String> marks, String kind) {
    BooleanQuery.Builder other = new BooleanQuery.Builder();
    other.add(
        new TermQuery(new Term(IndexFields.exact(IndexFields.KIND), ExactToken.of(kind))),
        Occur.FILTER);
    marks.forEach(
        mark -> other.add(new TermQuery(new Term(IndexFields.MARK, mark)), Occur.MUST_NOT));
    return other.build();
  }

  boolean isEmpty() {
    return misleading.isEmpty();
  }

  /** What finds them: hidden from the search, since it sees what stands for them. */
  Query query() {
    return QueryTranslator.any(misleading);
  }

  /**
   * A reader of those newest versions that a search may match, inverted as they would be now.
   *
   * @return null if there are none
   * @throws StoreException if there are too many of them still
   */
  @Nullable Inverted invert(
      Asked asked, SearchReaders readers, DocumentMapper mapper, Runnable check)
      throws IOException {
    IndexSearcher searcher = readers.searcher(check);
    if (searcher.count(query()) == 0) {
      return null;
    }
    // Conditions on what is indexed as before leave fewer.
    boolean allKnown = searcher.count(QueryTranslator.any(unknown)) == 0;
    Set<String> suspect = allKnown ? changed : properties;
    BooleanQuery.Builder narrowed = new BooleanQuery.Builder();
    narrowed.add(query(), Occur.FILTER);
    BareVersions.narrow(
        asked.query(),
        narrowed,
        readers.translator(asked.specification().options),
        name -> !suspect.contains(name),
        0);
    Query candidates = narrowed.build();
    int count = searcher.count(candidates);
    if (count == 0) {
      return null;
    }
    requireRoom(count, MAX, "documents");
    ScoreDoc[] hits = searcher.search(candidates, count, Sort.INDEXORDER).scoreDocs;
    long[] bytes = new long[1];
    DirectoryReader made =
        BareVersions.inverted(
            hits,
            readers,
            mapper,
            check,
            (_, entry) -> {
              bytes[0] += entry.document().json().length;
              requireRoom(bytes[0], MAX_BYTES, "bytes of documents");
              return true;
            });
    int kilobytes = 1 + (int) ((INVERTED_SIZE * bytes[0]) >> 10);
    if (!readers.inverting().tryAcquire(kilobytes)) {
      made.close();
      throw new StoreException(
          "Too many queries look at once at documents that have still to be indexed anew, because the"
              + " description of their kind has changed: ask again later",
          null);
    }
    return new Inverted(made, query(), kilobytes);
  }

  private static void requireRoom(long wanted, long allowed, String what) {
    if (wanted > allowed) {
      throw new StoreException(
          ("The query asks for what is indexed otherwise since the description of its kind has"
                  + " changed. At least %d %s that it may match have still to be indexed anew, more"
                  + " than the %d that are looked at for it meanwhile. Ask again later, or restrict"
                  + " the query by what is indexed as before; GET /core/document-index/kinds says how"
                  + " far it is")
              .formatted(wanted, what, allowed),
          null);
    }
  }
}
