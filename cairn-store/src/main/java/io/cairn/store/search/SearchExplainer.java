// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.QueryExplanation;
import io.cairn.document.QueryExplanation.Clause;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.Wildcard;
import io.cairn.store.index.IndexFields;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** Says how the index answers a query. Used for one. */
final class SearchExplainer {
  private static final int MAX_CLAUSES = 100;
  private static final int MAX_VALUE = 200;

  private final SearchReaders readers;
  private final IndexSearcher searcher;
  private final @Nullable SearchPlan readable;
  private final QueryExplanation explanation = new QueryExplanation();

  /**
   * Explains to somebody.
   *
   * @param readable finds what may be read; null for everything
   */
  SearchExplainer(SearchReaders readers, IndexSearcher searcher, @Nullable SearchPlan readable) {
    this.readers = readers;
    this.searcher = searcher;
    this.readable = readable;
  }

  QueryExplanation explain(QuerySpecification specification, SearchPlan plan) throws IOException {
    explanation.segments = searcher.getIndexReader().leaves().size();
    explanation.documentsMatched = searcher.count(plan.query());
    if (readable == null) {
      addSums(plan);
    } else {
      addSumsOf(readable);
    }
    QueryTask.Query query = specification.query;
    addClauses(query, query.occurance);
    if (readable == null && readers.invertedForms() > 0) {
      explanation.plan.add(
          "Has indexed %d documents for itself alone, because the description of their kind has changed and the index does not follow yet"
              .formatted(readers.invertedForms()));
    }
    explanation.plan.add(order(specification));
    return explanation;
  }

  private void addSums(SearchPlan plan) throws IOException {
    explanation.documents = searcher.getIndexReader().numDocs();
    Offer whole = offer(plan.query());
    explanation.segmentsSearched = whole.segments();
    explanation.documentsExamined = whole.documents();
    explanation.plan.add(
        "Looks at %d of %d documents at most, in %d of %d segments"
            .formatted(
                explanation.documentsExamined,
                explanation.documents,
                explanation.segmentsSearched,
                explanation.segments));
  }

  /** What the index offers tells of documents that may not be read, so that it is left out. */
  private void addSumsOf(SearchPlan all) throws IOException {
    explanation.documents = searcher.count(all.query());
    explanation.segmentsSearched = explanation.segments;
    explanation.documentsExamined = explanation.documents;
    explanation.plan.add(
        "Looks at those of the %d documents that you may read which the index offers: how many, and what it offers for each clause, is shown to those who may read everything"
            .formatted(explanation.documents));
  }

  private static String order(QuerySpecification specification) {
    if (specification.aggregations != null) {
      return "Reads the values that the aggregations ask for of each match";
    }
    if (specification.options.contains(QueryOption.COUNT)) {
      return "Counts the matches";
    }
    QueryTerm sort = specification.sortTerm;
    return sort == null
        ? "Takes matches in the order of the index, and stops when it has enough"
        : "Orders all matches by the values that the index holds of " + sort.propertyName;
  }

  /** In how many segments, and of how many documents there, a query may find something. */
  private record Offer(int segments, long documents) {}

  private Offer offer(Query query) throws IOException {
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    int segments = 0;
    long documents = 0;
    for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
      ScorerSupplier some = weight.scorerSupplier(segment);
      if (some != null) {
        segments++;
        documents += Math.min(some.cost(), segment.reader().maxDoc());
      }
    }
    return new Offer(segments, documents);
  }

  private void addClauses(QueryTask.Query query, @Nullable Occurance occurance) throws IOException {
    List<QueryTask.Query> inner = query.booleanClauses;
    if (inner != null) {
      for (QueryTask.Query clause : inner) {
        addClauses(clause, occurance == Occurance.MUST_NOT_OCCUR ? occurance : clause.occurance);
      }
    } else if (query.term != null) {
      if (explanation.clauses.size() == MAX_CLAUSES) {
        explanation.clausesNotShown++;
      } else {
        explanation.clauses.add(clause(query.term, occurance));
      }
    }
  }

  private Clause clause(QueryTerm term, @Nullable Occurance occurance) throws IOException {
    Clause clause = new Clause();
    clause.clause = shown(term);
    clause.occurance = (occurance == null ? Occurance.MUST_OCCUR : occurance).name();
    String name = String.valueOf(term.propertyName);
    boolean isIndexed =
        readable != null
            || name.equals(DocumentSearch.PROPERTY_PARENT)
            || IndexFields.all(name).stream().anyMatch(readers::hasField);
    if (!isIndexed) {
      clause.usesIndex = true;
      clause.how = "No document that was searched has a value indexed as " + name;
      clause.documents = 0L;
      return clause;
    }
    boolean compares = term.matchType == MatchType.WILDCARD && startsWithWildcard(term.matchValue);
    boolean excludes = occurance == Occurance.MUST_NOT_OCCUR;
    clause.usesIndex = !compares && !excludes;
    clause.how = compares ? comparing(name) : lookup(term, name);
    if (excludes) {
      clause.how =
          "Leads to no match, for it only excludes: what the other clauses find is held against it. "
              + clause.how;
    }
    if (readable != null) {
      return clause;
    }
    QueryTask.Query alone = new QueryTask.Query();
    alone.term = term;
    clause.documents =
        offer(readers.translator(EnumSet.of(QueryOption.ALLOW_SCAN)).translate(alone)).documents();
    return clause;
  }

  private static boolean startsWithWildcard(@Nullable String pattern) {
    return pattern != null
        && !Wildcard.matchesEverything(pattern)
        && (pattern.startsWith("*") || pattern.startsWith("?"));
  }

  private String comparing(String name) throws IOException {
    String texts = readable == null ? "each of the %d texts".formatted(termsOf(name)) : "each text";
    return "The pattern begins with a wildcard, so that it is compared with %s that %s has; a PREFIX, or a pattern that begins with a letter, would not need that"
        .formatted(texts, name);
  }

  private long termsOf(String name) throws IOException {
    long count = 0;
    for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
      for (String field : List.of(IndexFields.exact(name), IndexFields.text(name))) {
        Terms terms = segment.reader().terms(field);
        count += terms == null ? 0 : Math.max(0, terms.size());
      }
    }
    return count;
  }

  private String lookup(QueryTerm term, String name) {
    if (term.range != null) {
      boolean numbers = IndexFields.numbers(name).stream().anyMatch(readers::hasField);
      return numbers
          ? "A range in the ordered numbers of " + name
          : "No number is indexed as " + name + ": texts are in no range";
    }
    boolean words = readers.hasField(IndexFields.text(name));
    return switch (term.matchType) {
      case PREFIX -> "The texts that begin so, which stand next to each other";
      case WILDCARD ->
          Wildcard.matchesEverything(String.valueOf(term.matchValue))
              ? "All documents that have a value"
              : "The texts that begin with what stands before the first wildcard are compared";
      case PHRASE ->
          words ? "The places of each word are looked up and compared" : "One value is looked up";
      case TERM -> words ? "One word is looked up" : "One value is looked up";
      case null -> words ? "One word is looked up" : "One value is looked up";
    };
  }

  private static String shown(QueryTerm term) {
    if (term.range != null) {
      return "%s %s%s, %s%s"
          .formatted(
              term.propertyName,
              term.range.isMinInclusive ? "[" : "(",
              term.range.min == null ? "any" : term.range.min,
              term.range.max == null ? "any" : term.range.max,
              term.range.isMaxInclusive ? "]" : ")");
    }
    String value = String.valueOf(term.matchValue);
    return "%s %s %s"
        .formatted(
            term.propertyName,
            term.matchType == null ? MatchType.TERM : term.matchType,
            value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) + "..." : value);
  }
}
