// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.odata.FilterExpression.And;
import io.cairn.query.odata.FilterExpression.Comparison;
import io.cairn.query.odata.FilterExpression.Not;
import io.cairn.query.odata.FilterExpression.Operator;
import io.cairn.query.odata.FilterExpression.Or;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns parsed filters into queries; the description decides how values are compared. */
final class FilterToQuery {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?[0-9]{1,300}\\.[0-9]{1,300}([eE][+-]?[0-9]{1,3})?");

  private final @Nullable ServiceDocumentDescription description;

  FilterToQuery(@Nullable ServiceDocumentDescription description) {
    this.description = description;
  }

  Query convert(FilterExpression expression, Occurance occurance) {
    return switch (expression) {
      case And and -> combine(and.operands(), Occurance.MUST_OCCUR, occurance);
      case Or or -> combine(or.operands(), Occurance.SHOULD_OCCUR, occurance);
      case Not not -> allBut(convert(not.operand(), Occurance.MUST_NOT_OCCUR), occurance);
      case Comparison comparison -> compare(comparison, occurance);
    };
  }

  private Query combine(List<FilterExpression> operands, Occurance each, Occurance occurance) {
    Query query = new Query().setOccurance(occurance);
    operands.forEach(operand -> query.addBooleanClause(convert(operand, each)));
    return query;
  }

  private Query compare(Comparison comparison, Occurance occurance) {
    if (comparison.property().equals(AllFields.NAME)) {
      return AllFields.expand(description, comparison, occurance, this);
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
    PropertyDescription property = PropertyLookup.find(description, comparison.property());
    String value = comparison.value();
    Query query =
        new Query().setTermPropertyName(comparison.property()).setOccurance(occurance);
    if (value.indexOf('*') >= 0) {
      return query
          .setTermMatchType(MatchType.WILDCARD)
          .setTermMatchValue(caseOf(property, value));
    }
    NumericRange<?> number = numberOrNull(comparison, property);
    if (number != null) {
      return query.setNumericRange(number);
    }
    boolean text = property != null && property.has(PropertyIndexingOption.TEXT);
    return query
        .setTermMatchType(text ? MatchType.PHRASE : MatchType.TERM)
        .setTermMatchValue(caseOf(property, value));
  }

  private Query range(Comparison comparison, Occurance occurance) {
    PropertyDescription property = PropertyLookup.find(description, comparison.property());
    NumericRange<?> point = numberOrNull(comparison, property);
    Operator operator = comparison.operator();
    if (point == null && property != null && property.typeName == TypeName.LONG) {
      point = floorOrNull(comparison.value());
      // No whole number lies on the fraction: x < 5.5 is x <= 5, and x >= 5.5 is x > 5.
      operator = operator == Operator.LT || operator == Operator.LE ? Operator.LE : Operator.GT;
    }
    if (point == null) {
      throw ODataSyntaxException.at(
          comparison.column(),
          "a number or time to compare " + comparison.property() + " with",
          "'" + comparison.value() + "'");
    }
    return new Query()
        .setTermPropertyName(comparison.property())
        .setNumericRange(ranged(point, operator))
        .setOccurance(occurance);
  }

  private static NumericRange<?> ranged(NumericRange<?> point, Operator operator) {
    NumericRange<?> range;
    if (point.min instanceof Double value) {
      range =
          switch (operator) {
            case LT -> NumericRange.createLessThanRange(value.doubleValue());
            case LE -> NumericRange.createLessThanOrEqualRange(value.doubleValue());
            case GT -> NumericRange.createGreaterThanRange(value.doubleValue());
            default -> NumericRange.createGreaterThanOrEqualRange(value.doubleValue());
          };
    } else {
      long value = point.min == null ? 0 : point.min.longValue();
      range =
          switch (operator) {
            case LT -> NumericRange.createLessThanRange(value);
            case LE -> NumericRange.createLessThanOrEqualRange(value);
            case GT -> NumericRange.createGreaterThanRange(value);
            default -> NumericRange.createGreaterThanOrEqualRange(value);
          };
    }
    range.type = point.type;
    return range;
  }

  /** The value as a range of one point, where the property is numeric or, unknown, looks so. */
  private static @Nullable NumericRange<?> numberOrNull(
      Comparison comparison, @Nullable PropertyDescription property) {
    String value = comparison.value();
    TypeName type = property == null ? null : property.typeName;
    if (type == null) {
      type = typeOf(comparison);
    }
    boolean whole = WHOLE.matcher(value).matches();
    boolean decimal = DECIMAL.matcher(value).matches();
    if (type == TypeName.DOUBLE && (whole || decimal)) {
      return NumericRange.createEqualRange(Double.parseDouble(value));
    }
    if ((type == TypeName.LONG || type == TypeName.DATE) && whole) {
      NumericRange<Long> range = NumericRange.createEqualRange(Long.parseLong(value));
      range.type = type;
      return range;
    }
    return type == TypeName.DATE ? instantOrNull(value) : null;
  }

  private static @Nullable NumericRange<?> floorOrNull(String value) {
    return DECIMAL.matcher(value).matches()
        ? NumericRange.createEqualRange((long) Math.floor(Double.parseDouble(value)))
        : null;
  }

  private static TypeName typeOf(Comparison comparison) {
    if (comparison.quoted()) {
      return TypeName.STRING;
    } else if (WHOLE.matcher(comparison.value()).matches()) {
      return TypeName.LONG;
    }
    return DECIMAL.matcher(comparison.value()).matches() ? TypeName.DOUBLE : TypeName.STRING;
  }

  private static @Nullable NumericRange<?> instantOrNull(String value) {
    try {
      Instant instant = DateTimeFormatter.ISO_DATE_TIME.parse(value, Instant::from);
      NumericRange<Long> range =
          NumericRange.createEqualRange(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
      range.type = TypeName.DATE;
      return range;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static String caseOf(@Nullable PropertyDescription property, String value) {
    return property != null && property.has(PropertyIndexingOption.CASE_INSENSITIVE)
        ? value.toLowerCase(Locale.ENGLISH)
        : value;
  }
}
