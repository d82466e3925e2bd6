// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /** What every match has; null if nothing that could be looked up. */
    @Nullable Demand demand();
  }

  /**
   * One of some values that every match has in a property.
   *
   * @param values texts, and numbers as doubles
   */
  record Demand(PropertyPath path, Set<Object> values) {
    private static final int MAX_VALUES = 256;

    /** The kind says little, many values say less than few. */
    private int cost() {
      return path.name().equals(ServiceDocument.FIELD_NAME_KIND) ? MAX_VALUES + 1 : values.size();
    }

    private static @Nullable Demand better(@Nullable Demand one, @Nullable Demand other) {
      return one == null || (other != null && other.cost() < one.cost()) ? other : one;
    }

    private @Nullable Demand or(@Nullable Demand other) {
      if (other == null
          || !path.equals(other.path)
          || values.size() + other.values.size() > MAX_VALUES) {
        return null;
      }
      Set<Object> all = new HashSet<>(values);
      all.addAll(other.values);
      return new Demand(path, all);
    }
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

    @Override
    public @Nullable Demand demand() {
      return matcher instanceof ValueMatcher.Exactly exactly
          ? new Demand(path, exactly.values())
          : null;
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

    @Override
    public @Nullable Demand demand() {
      if (must.isEmpty()) {
        return oneOf();
      }
      Demand best = null;
      for (Node node : must) {
        best = Demand.better(best, node.demand());
      }
      return best;
    }

    private @Nullable Demand oneOf() {
      Demand all = should.isEmpty() ? null : should.getFirst().demand();
      for (int i = 1; i < should.size() && all != null; i++) {
        all = all.or(should.get(i).demand());
      }
      return all;
    }
  }

  private final Node root;
  private final int hash;

  private QueryFilter(Node root) {
    this.root = root;
    this.hash = root.hashCode();
  }

  /** What every match has; null if nothing that could be looked up. */
  @Nullable Demand demand() {
    return root.demand();
  }

  /** Two filters are equal if they ask for the same in the same order. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QueryFilter that && hash == that.hash && root.equals(that.root);
  }

  @Override
  public int hashCode() {
    return hash;
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

  /**
   * As the other form, of what a query may ask of documents of any kind: a term on a field that the
   * document's kind does not have or does not index matches nothing, as in the index.
   */
  public boolean evaluateAsIndexed(
      JsonNode document, @Nullable ServiceDocumentDescription description) {
    return root.matches(new PropertyValues.OfAnyKind(document, description));
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
