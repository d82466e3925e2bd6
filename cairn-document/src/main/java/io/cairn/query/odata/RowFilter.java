// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.NearestName;
import io.cairn.query.Numbers;
import io.cairn.query.Wildcard;
import io.cairn.query.odata.FilterExpression.And;
import io.cairn.query.odata.FilterExpression.Comparison;
import io.cairn.query.odata.FilterExpression.Not;
import io.cairn.query.odata.FilterExpression.Operator;
import io.cairn.query.odata.FilterExpression.Or;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A {@code $filter} over rows that are not documents. The grammar and what values mean are those of
 * documents' filters; beside that, texts have an order. Immutable.
 */
public final class RowFilter<T> {
  private final Map<String, Field<T>> fields;

  /** A value of each row. */
  public sealed interface Field<T> {
    /** A text, which may be missing. */
    record Text<T>(Function<T, @Nullable String> of) implements Field<T> {}

    /** A number. */
    record Numeric<T>(ToDoubleFunction<T> of) implements Field<T> {}
  }

  /**
   * Prepares for filters over some sort of rows.
   *
   * @param fields what filters may name
   */
  public RowFilter(Map<String, Field<T>> fields) {
    this.fields = Map.copyOf(fields);
  }

  /**
   * Reads a filter.
   *
   * @param filter the decoded parameter; null or blank lets everything pass
   * @throws ODataSyntaxException if it means nothing; says what, and where
   */
  public Predicate<T> parse(@Nullable String filter) {
    return filter == null || filter.isBlank() ? row -> true : of(FilterParser.parse(filter));
  }

  private Predicate<T> of(FilterExpression expression) {
    return switch (expression) {
      case And and -> all(and.operands());
      case Or or -> any(or.operands());
      case Not not -> of(not.operand()).negate();
      case Comparison comparison ->
          switch (field(comparison)) {
            case Field.Text<T> text -> text(text.of(), comparison);
            case Field.Numeric<T> number -> number(number.of(), comparison);
          };
    };
  }

  private Predicate<T> all(List<FilterExpression> operands) {
    List<Predicate<T>> each = operands.stream().map(this::of).toList();
    return row -> each.stream().allMatch(one -> one.test(row));
  }

  private Predicate<T> any(List<FilterExpression> operands) {
    List<Predicate<T>> each = operands.stream().map(this::of).toList();
    return row -> each.stream().anyMatch(one -> one.test(row));
  }

  private Field<T> field(Comparison comparison) {
    Field<T> field = fields.get(comparison.property());
    if (field == null) {
      List<String> known = fields.keySet().stream().sorted().toList();
      throw ODataSyntaxException.at(
          comparison.column(),
          "one of " + String.join(", ", known),
          "'"
              + comparison.property()
              + "'"
              + NearestName.of(known.stream(), comparison.property())
                  .map(near -> "; did you mean " + near + "?")
                  .orElse(""));
    }
    return field;
  }

  private static <T> Predicate<T> text(Function<T, @Nullable String> of, Comparison comparison) {
    if (FilterToQuery.isNull(comparison)) {
      boolean missing = comparison.operator() == Operator.EQ;
      return row -> (of.apply(row) == null) == missing;
    }
    FilterValue value = FilterValue.of(comparison.value());
    Predicate<String> holds;
    if (value.isPattern()) {
      requireEquality(comparison);
      holds = text -> Wildcard.matches(value.text(), text);
    } else {
      IntPredicate order = order(comparison);
      holds = text -> order.test(text.compareTo(value.text()));
    }
    boolean unequal = comparison.operator() == Operator.NE;
    return row -> {
      String text = of.apply(row);
      return text == null ? unequal : holds.test(text) != (unequal && value.isPattern());
    };
  }

  private static void requireEquality(Comparison comparison) {
    if (comparison.operator() != Operator.EQ && comparison.operator() != Operator.NE) {
      throw unknownOperator(comparison, "eq or ne, for a value with a star");
    }
  }

  private static <T> Predicate<T> number(ToDoubleFunction<T> of, Comparison comparison) {
    BigDecimal bound = Numbers.parse(comparison.value());
    if (bound == null) {
      throw FilterToQuery.noNumber(comparison, null);
    }
    IntPredicate order = order(comparison);
    return row -> order.test(compare(of.applyAsDouble(row), bound));
  }

  private static int compare(double value, BigDecimal bound) {
    return Double.isFinite(value)
        ? new BigDecimal(value).compareTo(bound)
        : Double.compare(value, bound.doubleValue());
  }

  private static IntPredicate order(Comparison comparison) {
    return switch (comparison.operator()) {
      case EQ -> sign -> sign == 0;
      case NE -> sign -> sign != 0;
      case LT -> sign -> sign < 0;
      case LE -> sign -> sign <= 0;
      case GT -> sign -> sign > 0;
      case GE -> sign -> sign >= 0;
      case ANY, ALL -> throw unknownOperator(comparison, "one of eq, ne, lt, le, gt, ge");
    };
  }

  private static ODataSyntaxException unknownOperator(Comparison comparison, String expected) {
    return ODataSyntaxException.at(
        comparison.column(), expected, comparison.operator().name().toLowerCase(Locale.ROOT));
  }
}
