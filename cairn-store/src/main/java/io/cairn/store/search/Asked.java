// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.ServiceDocument;
import io.cairn.query.Aggregation;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.odata.QueryNames;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search asks of documents.
 *
 * @param restriction must match as well; null if there is none
 * @param read the properties whose values are read, beside those that the specification names
 */
record Asked(
    QuerySpecification specification, QueryTask.@Nullable Query restriction, List<String> read) {

  /** What every match fulfils. */
  QueryTask.Query query() {
    if (restriction == null) {
      return specification.query;
    }
    QueryTask.Query both = new QueryTask.Query();
    both.booleanClauses = List.of(specification.query, restriction);
    return both;
  }

  /** The kinds that every match has one of; empty where it may have any. */
  Set<String> kinds() {
    return QueryNames.kindsOf(query());
  }

  /** The names of the properties that the index is asked for, those that every document has not. */
  Set<String> properties() {
    Set<String> names = new HashSet<>(read);
    addTerms(query(), names);
    add(specification.sortTerm, names);
    addAll(specification.additionalSortTerms, names);
    add(specification.groupByTerm, names);
    add(specification.groupSortTerm, names);
    addAll(specification.additionalGroupSortTerms, names);
    addAggregations(specification.aggregations, names);
    names.removeIf(
        name ->
            ServiceDocument.isBuiltInDocumentField(name)
                || name.equals(DocumentSearch.PROPERTY_PARENT));
    return names;
  }

  private static void addTerms(QueryTask.Query query, Set<String> names) {
    add(query.term, names);
    if (query.booleanClauses != null) {
      query.booleanClauses.forEach(clause -> addTerms(clause, names));
    }
  }

  private static void add(@Nullable QueryTerm term, Set<String> names) {
    if (term != null && term.propertyName != null) {
      names.add(term.propertyName);
    }
  }

  private static void addAll(@Nullable List<QueryTerm> terms, Set<String> names) {
    if (terms != null) {
      terms.forEach(term -> add(term, names));
    }
  }

  private static void addAggregations(@Nullable Map<String, Aggregation> all, Set<String> names) {
    if (all != null) {
      for (Aggregation each : all.values()) {
        if (each.propertyName != null) {
          names.add(each.propertyName);
        }
        addAggregations(each.aggregations, names);
      }
    }
  }
}
