// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.Numbers;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.store.index.DocumentVersion;
import java.math.BigDecimal;
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

  private record Candidate(DocumentVersion document, JsonNode tree) {}

  @Override
  public FoundDocuments open(QuerySpecification specification) {
    int offset = specification.offset == null ? 0 : specification.offset;
    return new ListedDocuments(matching(specification), offset);
  }

  @Override
  public FoundDocuments first(QuerySpecification specification) {
    return open(specification);
  }

  @Override
  public long count(QuerySpecification specification) {
    return matching(specification).size();
  }

  private List<DocumentVersion> matching(QuerySpecification specification) {
    QueryFilter filter = QueryFilter.create(specification.query);
    List<Candidate> found = new ArrayList<>();
    for (DocumentVersion document : documents.get()) {
      asker.requirePresent();
      JsonNode tree = DocumentJson.standard().readTree(document.json());
      if (filter.evaluate(tree, description)) {
        found.add(new Candidate(document, tree));
      }
    }
    found.sort(order(specification));
    return found.stream().map(Candidate::document).toList();
  }

  private static Comparator<Candidate> order(QuerySpecification specification) {
    Comparator<Candidate> byLink = Comparator.comparing(candidate -> candidate.document().link());
    Comparator<Candidate> order = null;
    if (specification.sortTerm != null) {
      order = by(specification.sortTerm, specification.sortOrder);
    }
    if (order != null && specification.additionalSortTerms != null) {
      for (QueryTerm term : specification.additionalSortTerms) {
        order = order.thenComparing(by(term, term.sortOrder));
      }
    }
    return order == null ? byLink : order.thenComparing(byLink);
  }

  /** Documents without the field come last in either direction, as in the index. */
  private static Comparator<Candidate> by(QueryTerm term, @Nullable SortOrder order) {
    String path = "/" + String.valueOf(term.propertyName).replace('.', '/');
    Comparator<JsonNode> values = (a, b) -> compare(term.propertyType, a, b);
    Comparator<JsonNode> directed = order == SortOrder.DESC ? values.reversed() : values;
    return (a, b) -> {
      JsonNode left = a.tree().at(path);
      JsonNode right = b.tree().at(path);
      boolean leftMissing = left.isMissingNode() || left.isNull();
      boolean rightMissing = right.isMissingNode() || right.isNull();
      return leftMissing || rightMissing
          ? Boolean.compare(leftMissing, rightMissing)
          : directed.compare(left, right);
    };
  }

  private static int compare(@Nullable TypeName type, JsonNode a, JsonNode b) {
    BigDecimal left = numberOrNull(type, a);
    BigDecimal right = numberOrNull(type, b);
    return left == null || right == null
        ? a.asString().compareTo(b.asString())
        : left.compareTo(right);
  }

  /** A number, or a time as one: two zones may spell the same moment. */
  private static @Nullable BigDecimal numberOrNull(@Nullable TypeName type, JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    return type == TypeName.DATE ? Numbers.parseNumberOrTime(value.asString()) : null;
  }
}
