// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts queries together of which one says what a subject may see. None of those given changes. */
public final class Restrictions {

  private static final Query NOTHING =
      term(ServiceDocument.FIELD_NAME_SELF_LINK, "/", MatchType.TERM);

  private Restrictions() {}

  /** What both match; null if both are, which means everything. */
  public static @Nullable Query both(@Nullable Query one, @Nullable Query other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return all(List.of(one, other), List.of());
  }

  /** What all of some queries match, and none of others. */
  static Query all(List<Query> must, List<Query> mustNot) {
    Query all = new Query();
    List<Query> some = must.isEmpty() ? List.of(everything()) : must;
    some.forEach(query -> all.addBooleanClause(as(query, Occurance.MUST_OCCUR)));
    mustNot.forEach(query -> all.addBooleanClause(as(query, Occurance.MUST_NOT_OCCUR)));
    return all;
  }

  /** What one of some queries matches. */
  static Query any(List<Query> queries) {
    Query any = new Query();
    queries.forEach(query -> any.addBooleanClause(as(query, Occurance.SHOULD_OCCUR)));
    return any;
  }

  /** What no document matches: none has this link. */
  static Query nothing() {
    return NOTHING;
  }

  /** What every document matches. */
  static Query everything() {
    return term(ServiceDocument.FIELD_NAME_SELF_LINK, "/", MatchType.PREFIX);
  }

  /** The document of a link, and all those below it. */
  static Query atOrBelow(String link) {
    return link.endsWith("/")
        ? term(ServiceDocument.FIELD_NAME_SELF_LINK, link, MatchType.PREFIX)
        : any(
            List.of(
                term(ServiceDocument.FIELD_NAME_SELF_LINK, link, MatchType.TERM),
                term(ServiceDocument.FIELD_NAME_SELF_LINK, link + "/", MatchType.PREFIX)));
  }

  static Query term(String property, String value, MatchType match) {
    return new Query()
        .setTermPropertyName(property)
        .setTermMatchType(match)
        .setTermMatchValue(value);
  }

  /**
   * A query as a clause of another. One that excludes by itself is a combination of its own first:
   * as a clause it would exclude from the other.
   */
  private static Query as(Query query, Occurance occurance) {
    Query clause = copy(query);
    if (query.occurance == Occurance.MUST_NOT_OCCUR) {
      Query excluded = copy(query);
      excluded.occurance = Occurance.MUST_NOT_OCCUR;
      clause = new Query().addBooleanClause(everything()).addBooleanClause(excluded);
    }
    clause.occurance = occurance;
    return clause;
  }

  private static Query copy(Query query) {
    Query copy = new Query();
    copy.term = query.term;
    copy.booleanClauses = query.booleanClauses;
    return copy;
  }
}
