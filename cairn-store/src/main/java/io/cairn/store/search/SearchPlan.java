// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.index.ExpiredLinks;
import io.cairn.store.index.IndexFields;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/** A specification, translated for the readers that it runs on. */
record SearchPlan(Query query, Sort sort) {

  static SearchPlan of(
      QuerySpecification specification,
      QueryTask.@Nullable Query restriction,
      SearchReaders readers,
      long nowMicros) {
    return of(specification, specification.query, restriction, readers, nowMicros);
  }

  /** The same of all that matches a restriction, whatever the specification asks for. */
  static SearchPlan ofAll(
      QuerySpecification specification,
      QueryTask.Query restriction,
      SearchReaders readers,
      long nowMicros) {
    return of(specification, restriction, null, readers, nowMicros);
  }

  private static SearchPlan of(
      QuerySpecification specification,
      QueryTask.Query query,
      QueryTask.@Nullable Query restriction,
      SearchReaders readers,
      long nowMicros) {
    QueryTranslator translator = readers.translator(specification.options);
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    require(translator.translate(query), all);
    if (restriction != null) {
      require(translator.translate(restriction), all);
    }
    hide(all, specification.options);
    if (readers.hidden() != null) {
      all.add(readers.hidden(), Occur.MUST_NOT);
    }
    if (readers.hasField(IndexFields.EXPIRATION_NUMBER)) {
      all.add(ExpiredLinks.at(nowMicros), Occur.MUST_NOT);
    }
    Long boundary = specification.timeSnapshotBoundaryMicros;
    if (specification.options.contains(QueryOption.TIME_SNAPSHOT)) {
      if (boundary == null) {
        throw new IllegalArgumentException(
            "Option TIME_SNAPSHOT needs timeSnapshotBoundaryMicros: set it");
      }
      all.add(new AsOfQuery(boundary), Occur.FILTER);
    } else if (boundary != null) {
      throw new IllegalArgumentException(
          "timeSnapshotBoundaryMicros needs option TIME_SNAPSHOT: add it");
    }
    Sort sort =
        new SortTranslator(readers::hasField, readers::requireIndexed).translate(specification);
    return new SearchPlan(new ConstantScoreQuery(all.build()), sort);
  }

  /** The same, of those documents only that match a further query. */
  SearchPlan narrowed(Query further) {
    return new SearchPlan(
        new BooleanQuery.Builder().add(query, Occur.FILTER).add(further, Occur.FILTER).build(),
        sort);
  }

  /** The same, with documents that are equal in what is sorted by in the order of their links. */
  SearchPlan inTotalOrder() {
    return new SearchPlan(query, SortTranslator.total(sort));
  }

  /** Direct children of a path, by link. */
  static Query children(String parent, long nowMicros) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    all.add(new TermQuery(new Term(IndexFields.PARENT, parent)), Occur.FILTER);
    hide(all, Set.of());
    all.add(ExpiredLinks.at(nowMicros), Occur.MUST_NOT);
    return new ConstantScoreQuery(all.build());
  }

  /** Adds what must match; a conjunction as its parts, which spares Lucene finding that out. */
  private static void require(Query query, BooleanQuery.Builder all) {
    if (query instanceof BooleanQuery parts
        && parts.clauses().stream().allMatch(SearchPlan::isOfConjunction)
        && parts.clauses().stream().anyMatch(part -> part.occur() == Occur.FILTER)) {
      parts.forEach(all::add);
    } else {
      all.add(query, Occur.FILTER);
    }
  }

  private static boolean isOfConjunction(BooleanClause part) {
    return part.occur() == Occur.FILTER || part.occur() == Occur.MUST_NOT;
  }

  private static void hide(BooleanQuery.Builder all, Set<QueryOption> options) {
    all.add(new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_HIDDEN)), Occur.MUST_NOT);
    if (!options.contains(QueryOption.INCLUDE_DELETED)) {
      all.add(
          new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_TOMBSTONE)), Occur.MUST_NOT);
    }
    if (readsAllVersions(options)) {
      // Shown by a reader of their own, which has them inverted: see BareVersions.
      all.add(new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_BARE)), Occur.MUST_NOT);
      // Only readers of all versions see these at all.
      all.add(new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_PURGE)), Occur.MUST_NOT);
    }
  }

  static boolean readsAllVersions(Set<QueryOption> options) {
    return options.contains(QueryOption.INCLUDE_ALL_VERSIONS)
        || options.contains(QueryOption.TIME_SNAPSHOT);
  }
}
