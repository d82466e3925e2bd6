// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NodeSelectors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Refuses queries that this node could answer in part only, because a node selector keeps each
 * document on some nodes. A partial answer would look like a whole one. Thread-safe.
 */
final class QueryReach {

  private final NodeSelectors selectors;
  private final ServiceRegistry registry;

  QueryReach(NodeSelectors selectors, ServiceRegistry registry) {
    this.selectors = selectors;
    this.registry = registry;
  }

  /**
   * Checks a query.
   *
   * @throws IllegalArgumentException if it may concern documents that this node does not hold
   */
  void check(QuerySpecification specification) {
    List<NodeSelectors.Selector> partial =
        selectors.all().stream().filter(selector -> selector.documents().isPartial()).toList();
    if (partial.isEmpty()) {
      return;
    }
    Set<String> kinds = new HashSet<>();
    collectKinds(specification.query, kinds);
    boolean concerned =
        kinds.isEmpty()
            || partial.stream().anyMatch(selector -> keeps(selector.documents(), kinds));
    if (concerned) {
      throw new IllegalArgumentException(
          ("This query may concern documents of %s, which keeps each on some nodes only. Restrict it to a"
                  + " documentKind that other selectors keep, or list the factory, with $filter if need be")
              .formatted(partial.getFirst().path()));
    }
  }

  @SuppressWarnings("ReferenceEquality") // each selector has one
  private boolean keeps(DocumentStorage documents, Set<String> kinds) {
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (entry instanceof ServiceRegistry.Factory factory
          && factory.children().documents() == documents
          && kinds.contains(factory.children().model().kind())) {
        return true;
      }
    }
    return false;
  }

  /** Kinds that every match must have one of. */
  private static void collectKinds(Query query, Set<String> kinds) {
    if (query.term != null
        && ServiceDocument.FIELD_NAME_KIND.equals(query.term.propertyName)
        && query.term.matchValue != null) {
      kinds.add(query.term.matchValue);
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
