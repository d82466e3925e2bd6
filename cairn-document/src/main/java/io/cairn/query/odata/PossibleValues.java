// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocumentDescription.Format;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.Numbers;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Knows values that no document can have in a field, so that a query for one is a mistake.
 * Stateless.
 */
final class PossibleValues {
  private static final int MOST_CONSTANTS = 20;
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private PossibleValues() {}

  /**
   * What a value of a field must be, where another one cannot be found.
   *
   * @return null if the value may be there
   */
  static @Nullable String expectedOf(PropertyDescription property, String value) {
    String[] constants = property.enumValues;
    if (property.typeName == TypeName.ENUM && constants != null) {
      return constant(property, constants, value);
    }
    return property.format == Format.UUID && !UUID.matcher(value).matches()
        ? "a UUID, as 123e4567-e89b-12d3-a456-426614174000,"
        : null;
  }

  private static @Nullable String constant(
      PropertyDescription property, String[] constants, String value) {
    boolean anyCase = property.has(PropertyIndexingOption.CASE_INSENSITIVE);
    boolean known =
        Arrays.stream(constants)
            .anyMatch(one -> anyCase ? one.equalsIgnoreCase(value) : one.equals(value));
    if (known) {
      return null;
    }
    String more = constants.length > MOST_CONSTANTS ? ", ..." : "";
    String nearest =
        NearestName.of(Arrays.stream(constants), value)
            .map(near -> " (did you mean " + near + "?)")
            .orElse("");
    return "one of "
        + String.join(
            ", ", Arrays.asList(constants).subList(0, Math.min(constants.length, MOST_CONSTANTS)))
        + more
        + nearest;
  }

  /**
   * What is wrong with a term of a query task, where it cannot find anything in a field.
   *
   * @return null if it may find something
   */
  static @Nullable String refusal(PropertyDescription property, QueryTerm term) {
    String value = term.matchValue;
    TypeName type = property.typeName;
    if (type == null) {
      return null;
    }
    boolean numeric = type == TypeName.LONG || type == TypeName.DOUBLE || type == TypeName.DATE;
    if (value == null) {
      boolean text = type == TypeName.ENUM || type == TypeName.STRING || type == TypeName.URI;
      return term.range != null && (text || type == TypeName.BOOLEAN)
          ? "%s has a range, and is of type %s: ranges are for numbers and times"
              .formatted(term.propertyName, type)
          : null;
    }
    if (term.matchType != null && term.matchType != MatchType.TERM) {
      return null;
    }
    String expected = expectedOf(property, value);
    if (numeric && Numbers.parseNumberOrTime(value) == null) {
      expected = "a number or time";
    } else if (type == TypeName.BOOLEAN && !value.equals("true") && !value.equals("false")) {
      expected = "true or false";
    }
    return expected == null
        ? null
        : "expected %s to compare %s with, found '%s'"
            .formatted(expected, term.propertyName, value);
  }
}
