// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.stateful.ServiceType;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells which selectors' documents a query is about, so that no other node is asked for those of
 * another selector. Thread-safe.
 */
final class QueryReach {

  private final NodeSelectors selectors;
  private final ServiceRegistry registry;

  QueryReach(NodeSelectors selectors, ServiceRegistry registry) {
    this.selectors = selectors;
    this.registry = registry;
  }

  /** Whether certain documents may be among those that a query is about. */
  Predicate<DocumentStorage> of(QuerySpecification specification) {
    Set<String> kinds = new HashSet<>();
    collectKinds(specification.query, kinds);
    return kinds.isEmpty() ? documents -> true : documents -> keeps(documents, kinds);
  }

  /**
   * Whether this node sees every change of some documents by itself: no selector that they may be
   * of keeps each on some nodes only.
   */
  boolean isSeen(Predicate<DocumentStorage> among) {
    return selectors.all().stream()
        .noneMatch(
            selector ->
                (selector.spec().replicationFactor() > 0 || selector.documents().isPartial())
                    && selector.documents().count() > 0
                    && among.test(selector.documents()));
  }

  @SuppressWarnings("ReferenceEquality") // each selector has one
  private boolean keeps(DocumentStorage documents, Set<String> kinds) {
    for (ServiceRegistry.Entry entry : registry.all()) {
      ServiceType type =
          switch (entry) {
            case ServiceRegistry.Factory factory -> factory.children();
            case ServiceRegistry.Singleton singleton -> singleton.type();
            case ServiceRegistry.Stateless _ -> null;
          };
      if (type != null && type.documents() == documents && kinds.contains(type.model().kind())) {
        return true;
      }
    }
    return false;
  }

  /** Kinds that every match must have one of. */
  private static void collectKinds(Query query, Set<String> kinds) {
    if (query.occurance == Occurance.MUST_NOT_OCCUR) {
      return;
    }
    QueryTerm term = query.term;
    if (term != null
        && ServiceDocument.FIELD_NAME_KIND.equals(term.propertyName)
        && term.matchValue != null
        && (term.matchType == null || term.matchType == MatchType.TERM)) {
      kinds.add(term.matchValue);
    }
    if (query.booleanClauses != null) {
      for (Query clause : query.booleanClauses) {
        if (clause.occurance == null || clause.occurance == Occurance.MUST_OCCUR) {
          collectKinds(clause, kinds);
        }
      }
    }
  }
}
