// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.store.index.IndexFields;
import io.cairn.store.search.GroupCollector.GroupOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.SortedSetSelector;
import org.apache.lucene.search.SortedSetSortField;
import org.jspecify.annotations.Nullable;

/**
 * Translates the sort terms of a specification. Documents without a value come last in either
 * direction; equals keep the order of the index, versions of a document the newest first.
 */
final class SortTranslator {
  private static final int MAX_TERMS = 16;

  private static final SortField NEWEST_FIRST =
      new SortedNumericSortField(IndexFields.VERSION_NUMBER, SortField.Type.LONG, true);
  private static final SortField BY_LINK =
      new SortField(IndexFields.LINK_SORT, SortField.Type.STRING);

  private final Predicate<String> hasField;
  private final Consumer<String> requireIndexed;

  SortTranslator(Predicate<String> hasField, Consumer<String> requireIndexed) {
    this.hasField = hasField;
    this.requireIndexed = requireIndexed;
  }

  Sort translate(QuerySpecification specification) {
    boolean asked = specification.options.contains(QuerySpecification.QueryOption.SORT);
    boolean allVersions =
        specification.options.contains(QuerySpecification.QueryOption.INCLUDE_ALL_VERSIONS);
    QueryTerm first = specification.sortTerm;
    if (first == null) {
      if (asked) {
        throw new IllegalArgumentException("Option SORT needs a sortTerm: set it");
      }
      return allVersions ? new Sort(NEWEST_FIRST, BY_LINK) : Sort.INDEXORDER;
    }
    List<SortField> fields = new ArrayList<>();
    fields.add(field(first, specification.sortOrder));
    addFurther(specification.additionalSortTerms, fields);
    if (allVersions) {
      fields.add(NEWEST_FIRST);
    }
    return new Sort(fields.toArray(SortField[]::new));
  }

  /** How the groups of a query are ordered: by what it says, or else by their values. */
  GroupOrder groups(QuerySpecification specification, String groupedBy) {
    requireIndexed.accept(groupedBy);
    requireSortable(groupedBy);
    QueryTerm first = specification.groupSortTerm;
    if (first == null || RankedGroup.isByValue(specification, groupedBy)) {
      return new GroupOrder(List.of(), specification.groupSortOrder == SortOrder.DESC);
    }
    List<SortField> fields = new ArrayList<>();
    fields.add(field(first, specification.groupSortOrder));
    addFurther(specification.additionalGroupSortTerms, fields);
    return new GroupOrder(fields, false);
  }

  private void addFurther(@Nullable List<QueryTerm> further, List<SortField> fields) {
    if (further != null) {
      if (further.size() >= MAX_TERMS) {
        throw new IllegalArgumentException("A query sorts by at most " + MAX_TERMS + " terms");
      }
      further.forEach(term -> fields.add(field(term, term.sortOrder)));
    }
  }

  /** An order in which no two documents are equal, the same in every index. */
  static Sort total(Sort sort) {
    List<SortField> fields = new ArrayList<>();
    if (!sort.equals(Sort.INDEXORDER)) {
      fields.addAll(List.of(sort.getSort()));
    }
    fields.add(BY_LINK);
    return new Sort(fields.toArray(SortField[]::new));
  }

  private SortField field(QueryTerm term, @Nullable SortOrder order) {
    String name = term.propertyName;
    TypeName type = term.propertyType;
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("A sort term needs a propertyName");
    }
    requireIndexed.accept(name);
    boolean reverse = order == SortOrder.DESC;
    if (IndexFields.SELF_LINK.equals(name)) {
      return new SortField(IndexFields.LINK_SORT, SortField.Type.STRING, reverse);
    }
    if (type == null) {
      throw new IllegalArgumentException(
          "The sort term for " + name + " needs a propertyType: STRING, LONG, DOUBLE or DATE");
    }
    return switch (type) {
      case LONG, DATE, DOUBLE -> number(name, reverse);
      case STRING, ENUM, BOOLEAN, URI, InternetAddressV4, InternetAddressV6 ->
          string(name, reverse);
      case BYTES, PODO, COLLECTION, MAP ->
          throw new IllegalArgumentException(
              "Documents cannot be sorted by " + name + ", which is a " + type);
    };
  }

  private SortField number(String name, boolean reverse) {
    List<String> fields = IndexFields.numbers(name).stream().filter(hasField).toList();
    if (fields.size() > 1) {
      return MixedNumbers.sortField(name, reverse);
    }
    String only = fields.isEmpty() ? IndexFields.numbers(name).getFirst() : fields.getFirst();
    if (only.equals(IndexFields.exactNumber(name))) {
      return bytes(only, reverse);
    }
    if (only.equals(IndexFields.decimal(name))) {
      return new SortedNumericSortField(
          only,
          SortField.Type.DOUBLE,
          reverse,
          selector(reverse),
          reverse ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return new SortedNumericSortField(
        only,
        SortField.Type.LONG,
        reverse,
        selector(reverse),
        reverse ? Long.MIN_VALUE : Long.MAX_VALUE);
  }

  /** Of several values, the one that comes first. */
  private static SortedNumericSelector.Type selector(boolean reverse) {
    return reverse ? SortedNumericSelector.Type.MAX : SortedNumericSelector.Type.MIN;
  }

  private SortField string(String name, boolean reverse) {
    if (!hasField.test(IndexFields.sortable(name)) && isIndexed(name)) {
      throw new IllegalArgumentException(
          "Documents cannot be sorted by "
              + name
              + ": index it with PropertyIndexingOption.SORT, or correct the propertyType");
    }
    return bytes(IndexFields.sortable(name), reverse);
  }

  private void requireSortable(String name) {
    boolean ordered =
        IndexFields.KIND.equals(name)
            || hasField.test(IndexFields.sortable(name))
            || IndexFields.numbers(name).stream().anyMatch(hasField);
    if (!ordered && isIndexed(name)) {
      throw new IllegalArgumentException(
          "Documents cannot be grouped by "
              + name
              + ": group by a number, or by a text that is indexed with PropertyIndexingOption.SORT");
    }
  }

  private static SortField bytes(String field, boolean reverse) {
    return new SortedSetSortField(
        field,
        reverse,
        reverse ? SortedSetSelector.Type.MAX : SortedSetSelector.Type.MIN,
        // Lucene's "last" turns round with the direction.
        reverse ? SortField.STRING_FIRST : SortField.STRING_LAST);
  }

  private boolean isIndexed(String name) {
    return hasField.test(IndexFields.exact(name))
        || hasField.test(IndexFields.text(name))
        || IndexFields.numbers(name).stream().anyMatch(hasField);
  }
}
