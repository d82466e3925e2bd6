// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QueryTerm;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one document is sorted by, in the order of the index: numbers and times by their values,
 * texts by their code points. Immutable.
 */
public final class SortValue implements Comparable<SortValue> {
  private final @Nullable BigDecimal number;
  private final byte[] text;

  private SortValue(@Nullable BigDecimal number, byte[] text) {
    this.number = number;
    this.text = text;
  }

  /**
   * Finds the value of a document; of several the one that comes first.
   *
   * @param largest whether the largest comes first, or the smallest
   * @return null where the document has none
   */
  public static @Nullable SortValue of(
      JsonNode document,
      @Nullable ServiceDocumentDescription description,
      QueryTerm term,
      boolean largest) {
    String name = Objects.requireNonNull(term.propertyName, "propertyName");
    TypeName type = term.propertyType;
    boolean numeric = type == TypeName.LONG || type == TypeName.DOUBLE || type == TypeName.DATE;
    First first = new First(numeric, largest);
    var _ = new PropertyValues(document, description).anyMatches(PropertyPath.parse(name), first);
    return first.found;
  }

  @Override
  public int compareTo(SortValue other) {
    return number != null && other.number != null
        ? number.compareTo(other.number)
        : Arrays.compareUnsigned(text, other.text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SortValue value && compareTo(value) == 0;
  }

  @Override
  public int hashCode() {
    return number == null ? Arrays.hashCode(text) : number.stripTrailingZeros().hashCode();
  }

  /** Looks at every value of a property, and keeps the first in order. Used by one thread. */
  static final class First implements ValueMatcher {
    private static final byte[] NO_TEXT = {};

    private final boolean numeric;
    private final boolean largest;
    private @Nullable SortValue found;

    private First(boolean numeric, boolean largest) {
      this.numeric = numeric;
      this.largest = largest;
    }

    @Override
    public boolean matchesText(String value) {
      if (!numeric) {
        offer(new SortValue(null, value.getBytes(StandardCharsets.UTF_8)));
      }
      return false;
    }

    @Override
    public boolean matchesNumber(Number indexed) {
      if (numeric) {
        offer(new SortValue(Numbers.exact(indexed), NO_TEXT));
      }
      return false;
    }

    private void offer(SortValue value) {
      if (found == null || largest == value.compareTo(found) > 0) {
        found = value;
      }
    }
  }
}
