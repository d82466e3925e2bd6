// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Evaluates a query on one document in memory, with the same result as the index.
 *
 * <p>A combination matches when all its MUST clauses match, none of its MUST_NOT clauses does, and,
 * if it has SHOULD but no MUST clauses, one of the SHOULD clauses does. A combination of MUST_NOT
 * clauses alone matches everything else. An outermost query with MUST_NOT matches what it would not
 * match otherwise. A term on a field with several values matches when one of the values does.
 * Immutable, thread-safe.
 */
public final class QueryFilter {
  /** A query that cannot be evaluated in memory. */
  public static class QueryFilterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    QueryFilterException(String message) {
      super(message);
    }
  }

  /** A way to match that needs the index. There is none any more: phrases are matched here too. */
  public static final class UnsupportedMatchTypeException extends QueryFilterException {
    private static final long serialVersionUID = 1L;

    UnsupportedMatchTypeException(String message) {
      super(message);
    }
  }

  /** The description knows no such field, or the field is not indexed. */
  public static final class UnsupportedPropertyException extends QueryFilterException {
    private static final long serialVersionUID = 1L;

    UnsupportedPropertyException(String message) {
      super(message);
    }
  }

  /** A query in the form in which it is evaluated. */
  private sealed interface Node {
    boolean matches(PropertyValues values);

    int clauses();
  }

  private record TermNode(PropertyPath path, ValueMatcher matcher) implements Node {
    @Override
    public boolean matches(PropertyValues values) {
      return values.anyMatches(path, matcher);
    }

    @Override
    public int clauses() {
      return 1;
    }
  }

  private record BooleanNode(List<Node> must, List<Node> mustNot, List<Node> should)
      implements Node {
    @Override
    public int clauses() {
      return 1
          + Stream.of(must, mustNot, should).flatMap(List::stream).mapToInt(Node::clauses).sum();
    }

    @Override
    public boolean matches(PropertyValues values) {
      for (Node node : must) {
        if (!node.matches(values)) {
          return false;
        }
      }
      for (Node node : mustNot) {
        if (node.matches(values)) {
          return false;
        }
      }
      if (!must.isEmpty() || should.isEmpty()) {
        return true;
      }
      for (Node node : should) {
        if (node.matches(values)) {
          return true;
        }
      }
      return false;
    }
  }

  private final Node root;

  private QueryFilter(Node root) {
    this.root = root;
  }

  /**
   * Compiles a query.
   *
   * @throws QueryFilterException when the query uses what cannot be evaluated in memory
   * @throws IllegalArgumentException when the query is not well formed
   */
  public static QueryFilter create(Query query) {
    QueryValidation.validateQuery(query);
    Node root = compile(query);
    return new QueryFilter(
        query.occurance == Occurance.MUST_NOT_OCCUR
            ? new BooleanNode(List.of(), List.of(root), List.of())
            : root);
  }

  /** How many terms and combinations it has: each may be looked at for each document. */
  public int clauses() {
    return root.clauses();
  }

  /**
   * Tells whether a document object matches.
   *
   * @throws UnsupportedPropertyException when a term names a field that is not indexed
   */
  public boolean evaluate(Object document, ServiceDocumentDescription description) {
    return root.matches(new PropertyValues(document, description));
  }

  /**
   * Tells whether a document given as a tree matches. Without a description every field counts as
   * indexed, and everything inside it.
   */
  public boolean evaluate(JsonNode document, @Nullable ServiceDocumentDescription description) {
    return root.matches(new PropertyValues(document, description));
  }

  private static Node compile(Query query) {
    if (query.booleanClauses == null) {
      QueryTerm term = java.util.Objects.requireNonNull(query.term);
      String name = java.util.Objects.requireNonNull(term.propertyName);
      return new TermNode(PropertyPath.parse(name), ValueMatcher.of(term));
    }
    List<Node> must = new ArrayList<>();
    List<Node> mustNot = new ArrayList<>();
    List<Node> should = new ArrayList<>();
    for (Query clause : query.booleanClauses) {
      Occurance occurance = clause.occurance == null ? Occurance.MUST_OCCUR : clause.occurance;
      List<Node> target =
          switch (occurance) {
            case MUST_OCCUR -> must;
            case MUST_NOT_OCCUR -> mustNot;
            case SHOULD_OCCUR -> should;
          };
      target.add(compile(clause));
    }
    return new BooleanNode(must, mustNot, should);
  }
}
