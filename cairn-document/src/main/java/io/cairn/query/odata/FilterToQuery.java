// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.Format;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.NumberRange;
import io.cairn.query.Numbers;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.Wildcard;
import io.cairn.query.odata.FilterExpression.And;
import io.cairn.query.odata.FilterExpression.Comparison;
import io.cairn.query.odata.FilterExpression.Not;
import io.cairn.query.odata.FilterExpression.Operator;
import io.cairn.query.odata.FilterExpression.Or;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns parsed filters into queries; the description decides how values are compared. */
final class FilterToQuery {
  private static final Pattern DIGITS = Pattern.compile("[+-]?[0-9]+");

  private final @Nullable ServiceDocumentDescription description;

  /** Whether a document has what none can have as it is described now. */
  private final Predicate<Query> stored;

  FilterToQuery(@Nullable ServiceDocumentDescription description, Predicate<Query> stored) {
    this.description = description;
    this.stored = stored;
  }

  Query convert(FilterExpression expression, Occurance occurance) {
    return switch (expression) {
      case And and -> combine(and.operands(), Occurance.MUST_OCCUR, occurance);
      case Or or -> combine(or.operands(), Occurance.SHOULD_OCCUR, occurance);
      case Not not -> allBut(convert(not.operand(), Occurance.MUST_NOT_OCCUR), occurance);
      case Comparison comparison -> compare(comparison, occurance);
    };
  }

  /** The word null, without quotes: no value at all. */
  static boolean isNull(Comparison comparison) {
    return !comparison.quoted()
        && comparison.value().equalsIgnoreCase("null")
        && (comparison.operator() == Operator.EQ || comparison.operator() == Operator.NE);
  }

  private Query combine(List<FilterExpression> operands, Occurance each, Occurance occurance) {
    Query query = new Query().setOccurance(occurance);
    operands.forEach(operand -> query.addBooleanClause(convert(operand, each)));
    return query;
  }

  private Query compare(Comparison comparison, Occurance occurance) {
    if (comparison.property().equals(AllFields.NAME)) {
      FilterToQuery taking = new FilterToQuery(description, _ -> true);
      return AllFields.expand(description, comparison, occurance, taking);
    }
    if (isNull(comparison)) {
      return comparison.operator() == Operator.NE
          ? present(comparison, occurance)
          : allBut(present(comparison, Occurance.MUST_NOT_OCCUR), occurance);
    }
    return switch (comparison.operator()) {
      case NE -> allBut(equal(comparison, Occurance.MUST_NOT_OCCUR), occurance);
      case EQ -> equal(comparison, occurance);
      case ANY -> items(comparison, Occurance.SHOULD_OCCUR, occurance);
      case ALL -> items(comparison, Occurance.MUST_OCCUR, occurance);
      case LT, LE, GT, GE -> range(comparison, occurance);
    };
  }

  /** Everything but what matches: an index cannot evaluate a bare negation, so all come first. */
  private static Query allBut(Query excluded, Occurance occurance) {
    Query everything =
        new Query()
            .setTermPropertyName(ServiceDocument.FIELD_NAME_SELF_LINK)
            .setTermMatchType(MatchType.WILDCARD)
            .setTermMatchValue("*");
    return new Query()
        .setOccurance(occurance)
        .addBooleanClause(everything)
        .addBooleanClause(excluded);
  }

  private Query items(Comparison comparison, Occurance each, Occurance occurance) {
    Query query = new Query().setOccurance(occurance);
    for (String item : comparison.value().split(";", -1)) {
      query.addBooleanClause(
          equal(
              new Comparison(
                  comparison.property(),
                  Operator.EQ,
                  item,
                  comparison.quoted(),
                  comparison.column()),
              each));
    }
    return query;
  }

  Query equal(Comparison comparison, Occurance occurance) {
    PropertyLookup.Found found = find(comparison);
    PropertyDescription property = found.property();
    Query query = new Query().setTermPropertyName(found.name()).setOccurance(occurance);
    FilterValue value = FilterValue.of(comparison.value());
    TypeName type = property == null ? null : property.typeName;
    if (value.isPattern()) {
      if (isNumeric(type) && !Wildcard.matchesEverything(value.text())) {
        throw noNumber(comparison, property);
      }
      return query
          .setTermMatchType(MatchType.WILDCARD)
          .setTermMatchValue(patternCaseOf(property, value.text()));
    }
    if (type == TypeName.BOOLEAN) {
      return query.setTermMatchType(MatchType.TERM).setTermMatchValue(truth(comparison));
    }
    boolean mayBeNumber = isNumeric(type) || (type == null && !comparison.quoted());
    BigDecimal number = mayBeNumber ? numberOf(comparison, property) : null;
    if (number != null) {
      return query.setNumericRange(rangeOf(NumberRange.point(number), comparison, property));
    }
    if (isNumeric(type)) {
      throw noNumber(comparison, property);
    }
    boolean text = property != null && property.has(PropertyIndexingOption.TEXT);
    query
        .setTermMatchType(text ? MatchType.PHRASE : MatchType.TERM)
        .setTermMatchValue(caseOf(property, value.text()));
    String expected = property == null ? null : PossibleValues.expectedOf(property, value.text());
    if (expected != null && !stored.test(query.setOccurance(Occurance.MUST_OCCUR))) {
      throw ODataSyntaxException.at(
          comparison.column(),
          expected + " to compare " + comparison.property() + " with",
          "'" + comparison.value() + "'");
    }
    return query.setOccurance(occurance);
  }

  /** Documents in which the property has a value. */
  private Query present(Comparison comparison, Occurance occurance) {
    return new Query()
        .setTermPropertyName(find(comparison).name())
        .setTermMatchType(MatchType.WILDCARD)
        .setTermMatchValue("*")
        .setOccurance(occurance);
  }

  private PropertyLookup.Found find(Comparison comparison) {
    return PropertyLookup.indexed(
        description, comparison.property(), "$filter, column " + comparison.column());
  }

  private Query range(Comparison comparison, Occurance occurance) {
    PropertyLookup.Found found = find(comparison);
    PropertyDescription property = found.property();
    if (property != null && property.typeName == TypeName.MAP) {
      // Of a map whose keys and values are indexed together, the values.
      PropertyDescription value = property.itemDescription();
      property = value == null || value.isContainer() ? null : value;
    }
    TypeName type = property == null ? null : property.typeName;
    BigDecimal bound = type == null || isNumeric(type) ? numberOf(comparison, property) : null;
    if (bound == null) {
      throw noNumber(comparison, property);
    }
    Operator operator = comparison.operator();
    boolean inclusive = operator == Operator.LE || operator == Operator.GE;
    NumberRange numbers =
        operator == Operator.LT || operator == Operator.LE
            ? new NumberRange(null, false, bound, inclusive)
            : new NumberRange(bound, inclusive, null, false);
    return new Query()
        .setTermPropertyName(found.name())
        .setNumericRange(rangeOf(numbers, comparison, property))
        .setOccurance(occurance);
  }

  static ODataSyntaxException noNumber(
      Comparison comparison, @Nullable PropertyDescription property) {
    String what =
        switch (property == null ? null : property.format) {
          case DURATION -> "a length of time, as PT1H30M,";
          case TIME -> "a time of day, as 12:30:00,";
          case DECIMAL, INTEGER -> "a number";
          case null, default -> "a number or time";
        };
    return ODataSyntaxException.at(
        comparison.column(),
        what + " to compare " + comparison.property() + " with",
        "'" + comparison.value() + "'");
  }

  private static @Nullable BigDecimal numberOf(
      Comparison comparison, @Nullable PropertyDescription property) {
    String value = comparison.value();
    TypeName type = property == null ? null : property.typeName;
    if (type == TypeName.LONG || type == TypeName.DOUBLE) {
      return Numbers.parse(value);
    }
    boolean other = property != null && property.format != null && !isOf(property.format, value);
    return other ? Numbers.parse(value) : Numbers.parseNumberOrTime(value);
  }

  /** Whether a time is one of such: a day is no length of time. */
  private static boolean isOf(Format format, String value) {
    boolean ofDay = value.length() > 2 && value.charAt(2) == ':';
    return switch (format) {
      case DURATION -> Numbers.isDuration(value);
      case TIME -> ofDay;
      default -> !ofDay && !Numbers.isDuration(value);
    };
  }

  /**
   * A range of the property's type; where it is not known, of the type that the value looks like.
   */
  private static NumericRange<?> rangeOf(
      NumberRange numbers, Comparison comparison, @Nullable PropertyDescription property) {
    TypeName type = property == null ? null : property.typeName;
    if (property != null && property.isExact()) {
      return numbers.toExact();
    }
    if (type == TypeName.DOUBLE || (type == null && looksFractional(comparison.value()))) {
      return type == null ? numbers.toNarrowest(false) : numbers.toDoubles();
    }
    NumericRange<?> range = numbers.toNarrowest(true);
    range.type = type == TypeName.DATE ? type : TypeName.LONG;
    return range;
  }

  /** Written with a fraction or an exponent, or too long for a whole number of 64 bits. */
  private static boolean looksFractional(String value) {
    BigDecimal number = Numbers.parse(value);
    return number != null
        && !(DIGITS.matcher(value).matches() && Numbers.indexed(number, true) instanceof Long);
  }

  private static boolean isNumeric(@Nullable TypeName type) {
    return type == TypeName.LONG || type == TypeName.DOUBLE || type == TypeName.DATE;
  }

  private static String truth(Comparison comparison) {
    String value = comparison.value().toLowerCase(Locale.ENGLISH);
    if (value.equals("true") || value.equals("false")) {
      return value;
    }
    throw ODataSyntaxException.at(
        comparison.column(),
        "true or false to compare " + comparison.property() + " with",
        "'" + comparison.value() + "'");
  }

  /** The words of a text are indexed in lower case. */
  private static String patternCaseOf(@Nullable PropertyDescription property, String pattern) {
    return property != null && property.has(PropertyIndexingOption.TEXT)
        ? pattern.toLowerCase(Locale.ENGLISH)
        : caseOf(property, pattern);
  }

  private static String caseOf(@Nullable PropertyDescription property, String value) {
    return property != null
            && (property.has(PropertyIndexingOption.CASE_INSENSITIVE)
                || property.format == Format.UUID)
        ? value.toLowerCase(Locale.ENGLISH)
        : value;
  }
}
