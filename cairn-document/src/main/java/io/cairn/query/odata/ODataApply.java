// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.Aggregation;
import io.cairn.query.AggregationRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $apply} asks for: {@code filter(...)/groupby((a,b),aggregate(c with sum as d))}, of
 * which the filter and one of the other two may be left out. A part of the OData extension for data
 * aggregation.
 *
 * @param filter which documents it is about; null for all
 * @param groupBy the properties whose values make groups, outermost first
 * @param asked what is asked of each group, or of all
 */
record ODataApply(@Nullable String filter, List<String> groupBy, List<Asked> asked) {

  private static final Map<String, Aggregation.Type> METHODS =
      Map.of(
          "sum", Aggregation.Type.SUM,
          "average", Aggregation.Type.AVG,
          "min", Aggregation.Type.MIN,
          "max", Aggregation.Type.MAX,
          "countdistinct", Aggregation.Type.CARDINALITY);

  private static final String DOCUMENTS = "$count";

  /** One question, by the name of its answer. */
  record Asked(String property, Aggregation.Type type, String alias) {}

  /**
   * Reads the parameter.
   *
   * @throws ODataSyntaxException that says what was expected
   */
  static ODataApply parse(String text) {
    return new Parser(text).apply();
  }

  /** The aggregations of a query that ask this. */
  Map<String, Aggregation> aggregations(@Nullable ServiceDocumentDescription description) {
    Map<String, Aggregation> inner = new LinkedHashMap<>();
    for (Asked each : asked) {
      String property =
          each.property().equals(DOCUMENTS)
              ? ServiceDocument.FIELD_NAME_VERSION // each document has one
              : indexed(each.property(), description);
      if (inner.put(each.alias(), Aggregation.of(each.type(), property)) != null) {
        throw refused("the name %s is given twice".formatted(each.alias()));
      }
    }
    for (String name : groupBy.reversed()) {
      Aggregation groups = Aggregation.of(Aggregation.Type.TERMS, indexed(name, description));
      groups.limit = AggregationRules.MAX_LIMIT;
      groups.orderBy = Aggregation.BY_KEY;
      groups.aggregations = inner.isEmpty() ? null : inner;
      inner = new LinkedHashMap<>(Map.of(name, groups));
    }
    return inner;
  }

  private static String indexed(String name, @Nullable ServiceDocumentDescription description) {
    return PropertyLookup.indexed(description, name, ODataQuery.APPLY).name();
  }

  private static ODataSyntaxException refused(String why) {
    return new ODataSyntaxException(ODataQuery.APPLY + ": " + why);
  }

  /** Reads from left to right. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    ODataApply apply() {
      List<String> filters = new ArrayList<>();
      ODataApply found = null;
      do {
        String name = word();
        if (found != null) {
          throw refused("nothing can follow aggregate and groupby, found " + name);
        }
        expect('(');
        switch (name) {
          case "filter" -> filters.add("(" + enclosed() + ")");
          case "aggregate" -> found = new ODataApply(null, List.of(), aggregates());
          case "groupby" -> found = groups();
          default ->
              throw refused(
                  "'%s' is no transformation that is known here: use filter, aggregate, groupby"
                      .formatted(name));
        }
        expect(')');
      } while (takes('/'));
      if (at < text.length()) {
        throw unexpected("the end");
      }
      if (found == null) {
        throw refused("aggregate or groupby is missing; to filter alone use $filter");
      }
      String filter = filters.isEmpty() ? null : String.join(" and ", filters);
      return new ODataApply(filter, found.groupBy(), found.asked());
    }

    private ODataApply groups() {
      expect('(');
      List<String> names = new ArrayList<>();
      do {
        String name = word().replace('/', '.');
        if (names.contains(name)) {
          throw refused("groupby names %s twice".formatted(name));
        }
        names.add(name);
      } while (takes(','));
      expect(')');
      List<Asked> asked = List.of();
      if (takes(',')) {
        String inner = word();
        if (!inner.equals("aggregate")) {
          throw refused("of each group there can be aggregate(...) only, not " + inner);
        }
        expect('(');
        asked = aggregates();
        expect(')');
      }
      return new ODataApply(null, names, asked);
    }

    private List<Asked> aggregates() {
      List<Asked> asked = new ArrayList<>();
      do {
        String property = word();
        Aggregation.Type type = Aggregation.Type.COUNT;
        if (!property.equals(DOCUMENTS)) {
          keyword("with");
          String method = word();
          type = METHODS.get(method);
          if (type == null) {
            throw refused(
                "there is no method %s: use %s"
                    .formatted(
                        method, String.join(", ", METHODS.keySet().stream().sorted().toList())));
          }
        }
        keyword("as");
        asked.add(new Asked(property.replace('/', '.'), type, word()));
      } while (takes(','));
      return asked;
    }

    private void keyword(String wanted) {
      String found = word();
      if (!found.equals(wanted)) {
        throw refused(
            "expected '%s' but found '%s': write 'property with sum as name' or '$count as name'"
                .formatted(wanted, found));
      }
    }

    /** What is inside of parentheses that are open: to the one that closes them. */
    private String enclosed() {
      int begin = at;
      int depth = 0;
      boolean quoted = false;
      for (; at < text.length(); at++) {
        char next = text.charAt(at);
        if (next == '\'') {
          quoted = !quoted; // a quote within quotes is written twice
        } else if (!quoted && next == '(') {
          depth++;
        } else if (!quoted && next == ')') {
          if (depth == 0) {
            return text.substring(begin, at);
          }
          depth--;
        }
      }
      throw unexpected("')'");
    }

    private String word() {
      skip();
      int begin = at;
      while (at < text.length() && isOfWord(text.charAt(at))) {
        at++;
      }
      if (at == begin) {
        throw unexpected("a name");
      }
      return text.substring(begin, at);
    }

    private static boolean isOfWord(char one) {
      return Character.isLetterOrDigit(one) || "_.-/$~:".indexOf(one) >= 0;
    }

    private void skip() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private boolean takes(char wanted) {
      skip();
      boolean there = at < text.length() && text.charAt(at) == wanted;
      at += there ? 1 : 0;
      return there;
    }

    private void expect(char wanted) {
      if (!takes(wanted)) {
        throw unexpected("'" + wanted + "'");
      }
    }

    private ODataSyntaxException unexpected(String wanted) {
      String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
      return refused("column %d: expected %s but found %s".formatted(at + 1, wanted, found));
    }
  }
}
