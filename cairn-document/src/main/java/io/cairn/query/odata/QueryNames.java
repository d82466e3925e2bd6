// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.Aggregation;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives the names in a query task the form in which they are indexed, as the kinds that it asks for
 * are described: {@code lines.sku} means {@code lines.item.sku} where lines is a collection. A
 * query that asks for no certain kind means what its names mean in any. Used for one query.
 */
public final class QueryNames {
  /** A query with more terms is left as it is: it was made by a program, with the names in full. */
  private static final int MAX_TERMS = 1_000;

  private final Collection<ServiceDocumentDescription> descriptions;
  private final boolean kindsAreKnown;

  private QueryNames(Collection<ServiceDocumentDescription> descriptions, boolean kindsAreKnown) {
    this.descriptions = descriptions;
    this.kindsAreKnown = kindsAreKnown;
  }

  /**
   * Resolves the names of a specification.
   *
   * @param kinds the descriptions of all kinds that are known
   * @return a copy, or the specification itself if nothing changes
   * @throws IllegalArgumentException if all kinds that the query asks for are known, and do not
   *     index a field that it names
   */
  public static QuerySpecification resolve(
      QuerySpecification specification, Map<String, ServiceDocumentDescription> kinds) {
    QueryNames names = of(kindsOf(specification.query), kinds);
    if (names.descriptions.isEmpty()) {
      return specification;
    }
    QuerySpecification resolved = new QuerySpecification();
    specification.copyTo(resolved);
    resolved.query =
        countTerms(specification.query) > MAX_TERMS
            ? specification.query
            : names.resolve(specification.query);
    if (specification.sortTerm != null) {
      resolved.sortTerm = names.sorting(specification.sortTerm);
    }
    if (specification.additionalSortTerms != null) {
      resolved.additionalSortTerms = names.sortings(specification.additionalSortTerms);
    }
    if (specification.groupByTerm != null) {
      resolved.groupByTerm = names.grouping(specification.groupByTerm);
    }
    if (specification.groupSortTerm != null) {
      resolved.groupSortTerm = names.sorting(specification.groupSortTerm);
    }
    if (specification.additionalGroupSortTerms != null) {
      resolved.additionalGroupSortTerms = names.sortings(specification.additionalGroupSortTerms);
    }
    resolved.aggregations = names.aggregations(specification.aggregations);
    return resolved;
  }

  private @Nullable Map<String, Aggregation> aggregations(@Nullable Map<String, Aggregation> all) {
    if (all == null) {
      return null;
    }
    Map<String, Aggregation> resolved = new LinkedHashMap<>();
    all.forEach(
        (name, each) -> {
          QueryTerm term = new QueryTerm();
          term.propertyName = each.propertyName;
          List<String> meant = known(term.propertyName);
          if (meant.size() > 1) {
            throw new ODataSyntaxException(
                "querySpec: aggregation %s: %s means %s in different kinds: ask for a documentKind"
                    .formatted(name, each.propertyName, String.join(" and ", meant)));
          }
          boolean numeric = each.type != null && each.type.isNumeric();
          String refusal =
              "querySpec: aggregation %s needs %s"
                  .formatted(
                      name,
                      numeric
                          ? "numbers or times, and %s has none".formatted(each.propertyName)
                          : "PropertyIndexingOption.SORT on the field %s"
                              .formatted(each.propertyName));
          String property =
              ordered(term, numeric ? QueryNames::isNumber : QueryNames::isOrdered, refusal)
                  .propertyName;
          resolved.put(name, each.renamed(property, aggregations(each.aggregations)));
        });
    return resolved;
  }

  /** What no kind could be grouped by would make one group of all: it can only be a mistake. */
  private QueryTerm grouping(QueryTerm term) {
    return ordered(
        term,
        QueryNames::isOrdered,
        "querySpec: documents cannot be grouped by %s: its field needs PropertyIndexingOption.SORT"
            .formatted(term.propertyName));
  }

  /**
   * What no kind could be sorted by is refused even where an index has values of it still, from
   * before the option was taken away.
   */
  private QueryTerm sorting(QueryTerm term) {
    return ordered(
        term,
        QueryNames::isOrdered,
        "Documents cannot be sorted by %s: index it with PropertyIndexingOption.SORT, or correct the propertyType"
            .formatted(term.propertyName));
  }

  /** A term whose values can be read from the index, if any kind has such. */
  private QueryTerm ordered(QueryTerm term, Predicate<PropertyDescription> fits, String message) {
    String name = term.propertyName;
    ODataSyntaxException refusal = null;
    if (kindsAreKnown && name != null && !ServiceDocument.isBuiltInDocumentField(name)) {
      for (ServiceDocumentDescription description : descriptions) {
        try {
          PropertyDescription property =
              PropertyLookup.indexed(description, name, "querySpec").property();
          if (property == null || fits.test(property)) {
            return single(term);
          }
          refusal = new ODataSyntaxException(message);
        } catch (ODataSyntaxException e) {
          refusal = refusal == null ? e : refusal;
        }
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    return single(term);
  }

  private static boolean isOrdered(PropertyDescription property) {
    return isNumber(property) || property.has(PropertyIndexingOption.SORT);
  }

  private static boolean isNumber(PropertyDescription property) {
    return switch (property.typeName) {
      case LONG, DOUBLE, DATE -> true;
      case null, default -> false;
    };
  }

  private List<QueryTerm> sortings(List<QueryTerm> terms) {
    return terms.stream().map(this::sorting).collect(Collectors.toCollection(ArrayList::new));
  }

  /**
   * Refuses a specification that finds nothing because a term that every match must have asks a
   * field for a value that it cannot have, as the kinds are described that the query asks for.
   * Documents that another version of their class has written may have it all the same, and are
   * found then.
   *
   * @param kinds the descriptions of all kinds that are known
   * @param stored whether any document matches a query; asked for what looks impossible only
   * @throws IllegalArgumentException that says what the field may have
   */
  public static void requirePossible(
      QuerySpecification specification,
      Map<String, ServiceDocumentDescription> kinds,
      Predicate<Query> stored) {
    Set<String> asked = kindsOf(specification.query);
    QueryNames names = of(asked, kinds);
    if (names.kindsAreKnown && countTerms(specification.query) <= MAX_TERMS) {
      Query ofKinds = with(Occurance.MUST_OCCUR);
      for (String kind : asked) {
        ofKinds.addBooleanClause(
            new Query()
                .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
                .setTermMatchValue(kind)
                .setOccurance(Occurance.SHOULD_OCCUR));
      }
      names.requirePossible(specification.query, ofKinds, stored);
    }
  }

  private void requirePossible(Query query, Query ofKinds, Predicate<Query> stored) {
    if (query.occurance == Occurance.MUST_NOT_OCCUR) {
      return;
    }
    List<Query> clauses = query.booleanClauses;
    if (clauses != null) {
      for (Query clause : clauses) {
        if (clause.occurance != Occurance.SHOULD_OCCUR || clauses.size() == 1) {
          requirePossible(clause, ofKinds, stored);
        }
      }
      return;
    }
    String why = query.term == null ? null : impossible(query.term);
    if (why != null && query.term != null) {
      Query found = with(Occurance.MUST_OCCUR);
      found.addBooleanClause(ofKinds);
      found.addBooleanClause(resolve(of(query.term, Occurance.MUST_OCCUR)));
      if (!stored.test(found)) {
        throw new ODataSyntaxException("querySpec: " + why);
      }
    }
  }

  /** What is wrong with a term in each kind that knows its name; null if nothing is in one. */
  private @Nullable String impossible(QueryTerm term) {
    String written = term.propertyName;
    if (written == null || ServiceDocument.isBuiltInDocumentField(written)) {
      return null;
    }
    String why = null;
    for (ServiceDocumentDescription description : descriptions) {
      PropertyLookup.Found found;
      try {
        found = PropertyLookup.inTask(description, written);
      } catch (ODataSyntaxException e) {
        continue; // this kind does not index it
      }
      if (found != null) {
        PropertyDescription property = found.property();
        why = property == null ? null : PossibleValues.refusal(property, term);
        if (why == null) {
          return null;
        }
      }
    }
    return why;
  }

  private static QueryNames of(Set<String> asked, Map<String, ServiceDocumentDescription> kinds) {
    return asked.isEmpty()
        ? new QueryNames(kinds.values(), false)
        : new QueryNames(
            asked.stream().filter(kinds::containsKey).map(kinds::get).toList(),
            kinds.keySet().containsAll(asked));
  }

  private static int countTerms(Query query) {
    return query.booleanClauses == null
        ? 1
        : query.booleanClauses.stream().mapToInt(QueryNames::countTerms).sum();
  }

  /** The kinds that every match of a query has one of; empty where a match may have any. */
  public static Set<String> kindsOf(Query query) {
    if (query.occurance == Occurance.MUST_NOT_OCCUR) {
      return Set.of();
    }
    List<Query> clauses = query.booleanClauses;
    if (clauses == null) {
      return kindOf(query.term);
    }
    Set<String> alternatives = new LinkedHashSet<>();
    boolean each = true;
    boolean must = false;
    for (Query clause : clauses) {
      boolean should = clause.occurance == Occurance.SHOULD_OCCUR;
      Set<String> kinds = kindsOf(clause);
      if (!should && !kinds.isEmpty()) {
        return kinds;
      }
      must |= !should;
      each &= should && !kinds.isEmpty();
      alternatives.addAll(kinds);
    }
    return each && !must ? alternatives : Set.of();
  }

  private static Set<String> kindOf(@Nullable QueryTerm term) {
    boolean exact =
        term != null
            && ServiceDocument.FIELD_NAME_KIND.equals(term.propertyName)
            && term.matchValue != null
            && (term.matchType == null || term.matchType == MatchType.TERM);
    return exact && term != null && term.matchValue != null ? Set.of(term.matchValue) : Set.of();
  }

  private Query resolve(Query query) {
    if (query.booleanClauses != null) {
      Query resolved = with(query.occurance);
      for (Query clause : query.booleanClauses) {
        Query one = resolve(clause);
        if (clause.term != null
            && one.booleanClauses != null
            && clause.occurance == Occurance.SHOULD_OCCUR) {
          // Beside the others, so that many values of one name stay one set.
          one.booleanClauses.forEach(resolved::addBooleanClause);
        } else {
          resolved.addBooleanClause(one);
        }
      }
      return resolved;
    }
    QueryTerm term = query.term;
    List<String> names = term == null ? List.of() : names(term.propertyName);
    if (term == null
        || names.isEmpty()
        || (names.size() == 1 && names.contains(term.propertyName))) {
      return query;
    }
    if (names.size() == 1) {
      return of(renamed(term, names.getFirst()), query.occurance);
    }
    Query any = with(query.occurance);
    names.forEach(name -> any.addBooleanClause(of(renamed(term, name), Occurance.SHOULD_OCCUR)));
    return any;
  }

  private static Query with(@Nullable Occurance occurance) {
    Query query = new Query();
    query.occurance = occurance;
    return query;
  }

  private static Query of(QueryTerm term, @Nullable Occurance occurance) {
    Query query = with(occurance);
    query.term = term;
    return query;
  }

  /** Sorting is by one name: the first that a kind knows it by. */
  private QueryTerm single(QueryTerm term) {
    List<String> names = known(term.propertyName);
    return names.isEmpty() || names.contains(term.propertyName)
        ? term
        : renamed(term, names.getFirst());
  }

  private static QueryTerm renamed(QueryTerm term, String name) {
    QueryTerm copy = new QueryTerm();
    copy.propertyName = name;
    copy.propertyType = term.propertyType;
    copy.matchValue = term.matchValue;
    copy.matchType = term.matchType;
    copy.range = term.range;
    copy.sortOrder = term.sortOrder;
    return copy;
  }

  /** The names that a name is indexed under; empty where no kind knows it. */
  private List<String> names(@Nullable String written) {
    if (written == null || ServiceDocument.isBuiltInDocumentField(written)) {
      return List.of();
    }
    Set<String> names = new LinkedHashSet<>(known(written));
    if (!names.isEmpty() && !kindsAreKnown) {
      names.add(written); // as documents of kinds that nobody described are indexed
    }
    return List.copyOf(names);
  }

  /** The names that kinds know it by. */
  private List<String> known(@Nullable String written) {
    if (written == null || ServiceDocument.isBuiltInDocumentField(written)) {
      return List.of();
    }
    Set<String> names = new LinkedHashSet<>();
    ODataSyntaxException refusal = null;
    for (ServiceDocumentDescription description : descriptions) {
      try {
        PropertyLookup.Found found = PropertyLookup.inTask(description, written);
        if (found != null) {
          names.add(found.name());
        }
      } catch (ODataSyntaxException e) {
        refusal = e;
      }
    }
    if (names.isEmpty() && refusal != null && kindsAreKnown) {
      throw refusal;
    }
    return List.copyOf(names);
  }
}
