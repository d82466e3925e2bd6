// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A group of documents, and where it stands among the groups of its query, whichever index has
 * found it. Immutable.
 *
 * @param value what its documents have in common
 * @param key what the document of it that comes first is ordered by; of no values where groups are
 *     in the order of their own
 */
public record RankedGroup(GroupValue value, SortKey key) {

  /** The order of values; what has no value is last in either direction. */
  static Comparator<GroupValue> byValue(boolean descending) {
    return (one, other) -> {
      boolean last = one.equals(GroupValue.NONE) || other.equals(GroupValue.NONE);
      int compared = one.compareTo(other);
      return descending && !last ? -compared : compared;
    };
  }

  /** Whether a query has its groups in the order of their values. */
  static boolean isByValue(QuerySpecification specification, String groupedBy) {
    QueryTerm first = specification.groupSortTerm;
    return first == null || groupedBy.equals(first.propertyName);
  }

  /**
   * The order of the groups of a query. A group that several indexes have parts of stands where the
   * first of these does.
   */
  public static Comparator<RankedGroup> order(QuerySpecification specification) {
    boolean descending = specification.groupSortOrder == SortOrder.DESC;
    QueryTerm by = specification.groupByTerm;
    if (isByValue(specification, by == null ? "" : String.valueOf(by.propertyName))) {
      return Comparator.comparing(RankedGroup::value, byValue(descending));
    }
    List<Boolean> directions = new ArrayList<>();
    directions.add(descending);
    if (specification.additionalGroupSortTerms != null) {
      for (QueryTerm term : specification.additionalGroupSortTerms) {
        directions.add(term.sortOrder == SortOrder.DESC);
      }
    }
    return Comparator.comparing(RankedGroup::key, SortKey.order(directions))
        .thenComparing(RankedGroup::value, byValue(false));
  }

  /** How many bytes of memory it takes, about. */
  int weight() {
    return value.weight() + key.weight();
  }
}
