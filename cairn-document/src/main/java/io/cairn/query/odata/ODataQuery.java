// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.Highlight;
import io.cairn.query.Highlighter;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.QueryValidation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the OData parameters of a GET ask for.
 *
 * @param specification the query; with {@code $count} alone it has the option COUNT
 * @param expand whether the answer contains the documents, not only their links
 * @param count whether the answer contains the total beside a page of results
 * @param tenantLinks what {@code $tenantLinks} lists; empty when it is absent
 */
public record ODataQuery(
    QuerySpecification specification, boolean expand, boolean count, List<String> tenantLinks) {
  public static final String FILTER = "$filter";

  /** What is asked about all documents, or groups of them, in place of documents. */
  public static final String APPLY = "$apply";

  public static final String ORDER_BY = "$orderby";
  public static final String ORDER_BY_TYPE = "$orderbytype";
  public static final String TOP = "$top";
  public static final String LIMIT = "$limit";
  public static final String SKIP = "$skip";
  public static final String COUNT = "$count";
  public static final String SELECT = "$select";
  public static final String HIGHLIGHT = "$highlight";
  public static final String EXPAND = "$expand";
  public static final String EXPAND_SHORT = "expand";
  public static final String EXPLAIN = "$explain";
  public static final String EXPLAIN_SHORT = "explain";
  public static final String TENANT_LINKS = "$tenantLinks";

  /** Allows patterns that begin with a wildcard to look at any number of values. */
  public static final String ALLOW_SCAN = "allowScan";

  /** Reads a page of an earlier query: its id. */
  public static final String SKIP_TO = "$skipto";

  /** Names the node that has made a page. */
  public static final String NODE_ID = "$nodeid";

  private static final Set<String> QUERY_PARAMETERS =
      Set.of(
          FILTER,
          APPLY,
          ORDER_BY,
          TOP,
          LIMIT,
          SKIP,
          COUNT,
          SELECT,
          HIGHLIGHT,
          TENANT_LINKS,
          EXPLAIN,
          EXPLAIN_SHORT);

  /** What shapes documents, of which an answer to {@code $apply} has none. */
  private static final List<String> NOT_WITH_APPLY =
      List.of(FILTER, ORDER_BY, TOP, LIMIT, SKIP, COUNT, SELECT, EXPAND, EXPAND_SHORT, HIGHLIGHT);

  private static final Set<String> PARAMETERS =
      Set.of(
          FILTER,
          APPLY,
          ORDER_BY,
          ORDER_BY_TYPE,
          TOP,
          LIMIT,
          SKIP,
          COUNT,
          SELECT,
          HIGHLIGHT,
          EXPAND,
          EXPLAIN,
          TENANT_LINKS,
          SKIP_TO,
          NODE_ID);

  /**
   * Which documents are asked for, and what is known of them.
   *
   * @param selfLinkPrefix what every self link starts with, such as the factory's path and a slash
   * @param kind the kind of the documents
   * @param description what their fields mean
   * @param stored whether any of them matches a query: asked before a value is refused that their
   *     fields cannot have, since another version of their class may have written it
   */
  public record Scope(
      @Nullable String selfLinkPrefix,
      @Nullable String kind,
      @Nullable ServiceDocumentDescription description,
      Predicate<Query> stored) {
    /** As where every document is as it is described. */
    public Scope(
        @Nullable String selfLinkPrefix,
        @Nullable String kind,
        @Nullable ServiceDocumentDescription description) {
      this(selfLinkPrefix, kind, description, _ -> false);
    }

    /** Every document of the index. */
    public static Scope everything() {
      return new Scope(null, null, null);
    }
  }

  /** Tells whether one of the parameters makes the request a query. Expansion alone does not. */
  public static boolean isQuery(Set<String> parameterNames) {
    return parameterNames.stream().anyMatch(QUERY_PARAMETERS::contains);
  }

  /**
   * Refuses parameters that look like those of a query and are none: what begins with a dollar sign
   * and means nothing, and the name of a parameter without its dollar sign.
   */
  public static void requireKnown(Set<String> parameterNames) {
    for (String name : parameterNames) {
      boolean dollar = name.startsWith("$");
      if (PARAMETERS.contains(name) || name.equals(EXPAND_SHORT) || name.equals(EXPLAIN_SHORT)) {
        continue;
      }
      String meant = dollar ? name : "$" + name;
      Optional<String> near = NearestName.of(PARAMETERS.stream().sorted(), meant);
      if (dollar || PARAMETERS.stream().anyMatch(meant::equalsIgnoreCase)) {
        throw new ODataSyntaxException(
            "unknown query parameter: "
                + name
                + near.map(known -> "; did you mean " + known + "?").orElse(""));
      }
    }
  }

  /** Tells whether the documents are asked for beside their links. */
  public static boolean isExpand(Set<String> parameterNames) {
    return parameterNames.contains(EXPAND) || parameterNames.contains(EXPAND_SHORT);
  }

  /**
   * Reads parameters.
   *
   * @param parameters names to decoded values; those of other parts of the host are ignored
   * @throws ODataSyntaxException when a value cannot be understood or parameters exclude each other
   */
  public static ODataQuery parse(Map<String, String> parameters, Scope scope) {
    requireKnown(parameters.keySet());
    ODataApply apply = apply(parameters);
    String filter = apply == null ? parameters.get(FILTER) : apply.filter();
    QueryTask.Builder task = QueryTask.Builder.create().setQuery(query(filter, scope));
    QuerySpecification spec = task.build().querySpec;
    boolean expand = isExpand(parameters.keySet());
    boolean count = flag(parameters, COUNT);
    spec.explain =
        (parameters.containsKey(EXPLAIN) || parameters.containsKey(EXPLAIN_SHORT)) ? true : null;
    limit(spec, parameters);
    orderBy(task, parameters, scope.description());
    boolean selected = select(task, parameters.get(SELECT), scope.description());
    highlight(spec, parameters.get(HIGHLIGHT));
    boolean countOnly = count && spec.resultLimit == null;
    if (countOnly) {
      spec.options = EnumSet.of(QueryOption.COUNT);
    } else if (expand && !selected) {
      spec.options.add(QueryOption.EXPAND_CONTENT);
    }
    if (countOnly && spec.highlight != null) {
      throw new ODataSyntaxException(
          HIGHLIGHT + " shows texts of documents, and " + COUNT + " none");
    }
    if (flag(parameters, ALLOW_SCAN)) {
      spec.options.add(QueryOption.ALLOW_SCAN);
    }
    if (apply != null) {
      spec.aggregations = apply.aggregations(scope.description());
      requireValid(spec);
    }
    return new ODataQuery(
        spec,
        expand || selected,
        count && !countOnly,
        commaSeparated(parameters.get(TENANT_LINKS)));
  }

  private static void requireValid(QuerySpecification spec) {
    try {
      var _ = QueryValidation.validate(spec);
    } catch (IllegalArgumentException e) {
      throw new ODataSyntaxException(APPLY + ": " + e.getMessage());
    }
  }

  private static @Nullable ODataApply apply(Map<String, String> parameters) {
    String text = parameters.get(APPLY);
    if (text == null) {
      return null;
    }
    for (String name : NOT_WITH_APPLY) {
      if (parameters.containsKey(name)) {
        throw new ODataSyntaxException(
            name.equals(FILTER)
                ? "$filter would be about what $apply results in: write $apply=filter(...)/..."
                : "%s is about documents, and %s is answered without: leave it out"
                    .formatted(name, APPLY));
      }
    }
    return ODataApply.parse(text);
  }

  /** Returns the query that counts everything that this one pages through. */
  public QuerySpecification countSpecification() {
    QuerySpecification counting = new QuerySpecification();
    counting.query = specification.query;
    counting.options = EnumSet.of(QueryOption.COUNT);
    if (specification.options.contains(QueryOption.ALLOW_SCAN)) {
      counting.options.add(QueryOption.ALLOW_SCAN);
    }
    return counting;
  }

  private static Query query(@Nullable String filter, Scope scope) {
    Query root = new Query();
    if (scope.kind() != null) {
      root.addBooleanClause(term(ServiceDocument.FIELD_NAME_KIND, scope.kind(), MatchType.TERM));
    }
    if (scope.selfLinkPrefix() != null) {
      root.addBooleanClause(
          term(ServiceDocument.FIELD_NAME_SELF_LINK, scope.selfLinkPrefix(), MatchType.PREFIX));
    }
    if (filter != null && !filter.isBlank()) {
      root.addBooleanClause(
          new FilterToQuery(scope.description(), scope.stored())
              .convert(FilterParser.parse(filter), Occurance.MUST_OCCUR));
    }
    if (root.booleanClauses == null) {
      return term(ServiceDocument.FIELD_NAME_SELF_LINK, "*", MatchType.WILDCARD);
    }
    return root;
  }

  private static Query term(String name, String value, MatchType type) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value).setTermMatchType(type);
  }

  private static void limit(QuerySpecification spec, Map<String, String> parameters) {
    Integer top = number(parameters, TOP, 1);
    Integer limit = number(parameters, LIMIT, 1);
    if (top != null && limit != null) {
      throw new ODataSyntaxException(TOP + " cannot be combined with " + LIMIT);
    }
    if (top != null) {
      spec.options.add(QueryOption.TOP_RESULTS);
    }
    spec.resultLimit = top != null ? top : limit;
    spec.offset = number(parameters, SKIP, 0);
  }

  private static @Nullable Integer number(
      Map<String, String> parameters, String name, int minimum) {
    String text = parameters.get(name);
    if (text == null) {
      return null;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= minimum) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of range.
    }
    throw new ODataSyntaxException(
        name + " must be a whole number of at least " + minimum + ", not '" + text + "'");
  }

  private static void orderBy(
      QueryTask.Builder task,
      Map<String, String> parameters,
      @Nullable ServiceDocumentDescription description) {
    String orderBy = parameters.get(ORDER_BY);
    if (orderBy == null) {
      return;
    }
    List<String> parts = commaSeparated(orderBy);
    if (parts.isEmpty()) {
      throw new ODataSyntaxException(ORDER_BY + " names no property");
    }
    for (String part : parts) {
      String[] words = part.split("\\s+", -1);
      if (words.length > 2) {
        throw new ODataSyntaxException(
            ORDER_BY + " expects 'property asc' or 'property desc', not '" + part + "'");
      }
      String name = words[0].replace('/', '.');
      PropertyLookup.Found found = PropertyLookup.indexed(description, name, ORDER_BY);
      TypeName type = typeOf(found.property(), parameters.get(ORDER_BY_TYPE));
      if (words.length == 1 || direction(words[1]) == SortOrder.ASC) {
        task.orderAscending(found.name(), type);
      } else {
        task.orderDescending(found.name(), type);
      }
    }
  }

  private static SortOrder direction(String word) {
    return switch (word.toLowerCase(Locale.ENGLISH)) {
      case "asc" -> SortOrder.ASC;
      case "desc" -> SortOrder.DESC;
      default ->
          throw new ODataSyntaxException(
              ORDER_BY + " expects the direction asc or desc, not '" + word + "'");
    };
  }

  private static TypeName typeOf(
      @Nullable PropertyDescription property, @Nullable String declared) {
    if (property != null && property.typeName != null) {
      return property.typeName;
    }
    if (declared == null) {
      return TypeName.STRING;
    }
    for (TypeName type : TypeName.values()) {
      if (type.name().equalsIgnoreCase(declared.strip())) {
        return type;
      }
    }
    throw new ODataSyntaxException(ORDER_BY_TYPE + " is no type: '" + declared + "'");
  }

  private static boolean select(
      QueryTask.Builder task,
      @Nullable String select,
      @Nullable ServiceDocumentDescription description) {
    List<String> names = commaSeparated(select);
    if (names.isEmpty()) {
      return false;
    }
    for (String written : names) {
      String name = written.replace('/', '.');
      PropertyLookup.requireKnown(description, name, SELECT);
      task.addSelectTerm(name);
    }
    task.addOption(QueryOption.EXPAND_SELECTED_FIELDS);
    return true;
  }

  private static void highlight(QuerySpecification spec, @Nullable String parameter) {
    if (parameter == null) {
      return;
    }
    List<String> names = commaSeparated(parameter);
    spec.highlight = new Highlight();
    if (!names.isEmpty()) {
      spec.highlight.fields = names.stream().map(name -> name.replace('/', '.')).toList();
    }
    var _ = Highlighter.of(spec);
  }

  /**
   * Whether a parameter is there and not false.
   *
   * @throws ODataSyntaxException if it is neither true nor false
   */
  public static boolean flag(Map<String, String> parameters, String name) {
    String text = parameters.get(name);
    if (text == null || text.strip().equalsIgnoreCase("false")) {
      return false;
    }
    if (text.isBlank() || text.strip().equalsIgnoreCase("true")) {
      return true;
    }
    throw new ODataSyntaxException(name + " must be true or false, not '" + text + "'");
  }

  private static List<String> commaSeparated(@Nullable String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .toList();
  }
}
