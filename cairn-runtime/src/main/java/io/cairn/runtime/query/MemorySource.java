// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.QueryExplanation;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.SortValue;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Documents that no index knows, because their services keep them in memory only. */
final class MemorySource implements QuerySource {

  private final Supplier<List<DocumentVersion>> documents;
  private final ServiceDocumentDescription description;
  private final Asker asker;

  /**
   * Asks documents in memory.
   *
   * @param documents gives those that are alive
   * @param description of all of them
   * @param asker whoever they are looked through for
   */
  MemorySource(
      Supplier<List<DocumentVersion>> documents,
      ServiceDocumentDescription description,
      Asker asker) {
    this.documents = documents;
    this.description = description;
    this.asker = asker;
  }

  /** A document that matches, and what it is sorted by, term by term. */
  private record Candidate(DocumentVersion document, List<@Nullable SortValue> values) {}

  @Override
  public FoundDocuments open(QuerySpecification specification) {
    int offset = specification.offset == null ? 0 : specification.offset;
    return new ListedDocuments(matching(specification), offset);
  }

  @Override
  public Aggregated aggregate(QuerySpecification specification) {
    return new Aggregated(specification).scan(matching(specification), description);
  }

  @Override
  public FoundDocuments openBehind(QuerySpecification specification, String link) {
    List<DocumentVersion> behind =
        matching(specification).stream()
            .filter(document -> document.link().compareTo(link) > 0)
            .toList();
    return new ListedDocuments(behind, 0);
  }

  @Override
  public FoundDocuments first(QuerySpecification specification) {
    return open(specification);
  }

  @Override
  public QueryExplanation explain(QuerySpecification specification) {
    QueryExplanation explanation = new QueryExplanation();
    explanation.documents = seen().size();
    explanation.documentsExamined = explanation.documents;
    explanation.documentsMatched = count(specification);
    explanation.plan.add(
        "Looks at each of %d documents: they are in memory, for their service has no option PERSISTENCE, and no index holds them"
            .formatted(explanation.documents));
    return explanation;
  }

  @Override
  public long count(QuerySpecification specification) {
    return matching(specification).size();
  }

  private List<DocumentVersion> seen() {
    Visible visible = asker.visible();
    return documents.get().stream()
        .filter(document -> visible == null || visible.sees(document))
        .toList();
  }

  private List<DocumentVersion> matching(QuerySpecification specification) {
    QueryFilter filter = QueryFilter.create(specification.query);
    List<QueryTerm> terms = sortTerms(specification);
    List<Candidate> found = new ArrayList<>();
    for (DocumentVersion document : seen()) {
      asker.requirePresent();
      JsonNode tree = DocumentJson.standard().readTree(document.json());
      if (filter.evaluate(tree, description)) {
        found.add(new Candidate(document, values(tree, terms)));
      }
    }
    found.sort(order(terms));
    return found.stream().map(Candidate::document).toList();
  }

  private static List<QueryTerm> sortTerms(QuerySpecification specification) {
    List<QueryTerm> terms = new ArrayList<>();
    if (specification.sortTerm != null) {
      QueryTerm first = new QueryTerm();
      first.propertyName = specification.sortTerm.propertyName;
      first.propertyType = specification.sortTerm.propertyType;
      first.sortOrder = specification.sortOrder;
      terms.add(first);
      if (specification.additionalSortTerms != null) {
        terms.addAll(specification.additionalSortTerms);
      }
    }
    return terms;
  }

  private List<@Nullable SortValue> values(JsonNode tree, List<QueryTerm> terms) {
    List<@Nullable SortValue> values = new ArrayList<>(terms.size());
    for (QueryTerm term : terms) {
      values.add(SortValue.of(tree, description, term, term.sortOrder == SortOrder.DESC));
    }
    return values;
  }

  /** Documents without the field come last in either direction, as in the index. */
  private static Comparator<Candidate> order(List<QueryTerm> terms) {
    Comparator<SortValue> ascending = Comparator.naturalOrder();
    Comparator<Candidate> order = (_, _) -> 0;
    for (int i = 0; i < terms.size(); i++) {
      int at = i;
      boolean descending = terms.get(i).sortOrder == SortOrder.DESC;
      order =
          order.thenComparing(
              candidate -> candidate.values().get(at),
              Comparator.nullsLast(descending ? ascending.reversed() : ascending));
    }
    return order.thenComparing(candidate -> candidate.document().link());
  }
}
