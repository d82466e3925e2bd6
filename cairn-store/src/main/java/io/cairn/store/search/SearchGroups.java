// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.GroupCollector.GroupOrder;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search finds, in groups of one value of a property each: their names, page by page, and
 * the documents of each, page by page. All over the documents as they were when it was opened.
 * Holds readers, and with them files, until it is closed; counts as one open cursor. Thread-safe.
 */
public final class SearchGroups implements AutoCloseable {
  /** The name of the group of documents without a value; clients of Xenon know it. */
  public static final String WITHOUT_VALUE = "DocumentsWithoutResults";

  /** Later groups are not found. */
  public static final int MAX_GROUPS = 100_000;

  private final SearchReaders readers;
  private final SearchPlan plan;
  private final SearchCursor all;
  private final GroupField field;
  private final GroupOrder order;

  SearchGroups(
      SearchReaders readers,
      SearchPlan plan,
      SearchCursor all,
      GroupField field,
      GroupOrder order) {
    this.readers = readers;
    this.plan = plan;
    this.all = all;
    this.field = field;
    this.order = order;
  }

  /**
   * Names of groups.
   *
   * @param names in order; groups of one name (a text that reads like a number) are one group
   * @param found how many groups these are
   * @param hasMore whether there are groups behind these
   */
  public record Names(Set<String> names, int found, boolean hasMore) {

    /**
     * The names of a page.
     *
     * @param first the first groups of the query, in order
     * @param end behind which group the page ends
     * @param type as which the query asks for the property
     */
    public static Names of(List<RankedGroup> first, int skipped, int end, @Nullable TypeName type) {
      List<RankedGroup> some =
          first.subList(Math.min(skipped, first.size()), Math.min(end, first.size()));
      Set<String> names = new LinkedHashSet<>();
      some.forEach(group -> names.add(group.value().name(type)));
      return new Names(names, some.size(), first.size() > end);
    }
  }

  /**
   * The names of some groups, in order.
   *
   * @param skipped how many groups come before them
   * @param size how many at most
   * @param check run now and then by this thread; what it throws ends the search
   * @throws IllegalArgumentException if they are beyond {@link #MAX_GROUPS}
   */
  public Names names(int skipped, int size, Runnable check) {
    all.requireOpen();
    int end = end(skipped, size, field.name());
    return Names.of(first(readers, plan, field, order, end + 1, check), skipped, end, field.type());
  }

  /**
   * Behind which group a page of names ends; one more than that tells whether there are others.
   *
   * @throws IllegalArgumentException if it begins beyond {@link #MAX_GROUPS}
   */
  public static int end(int skipped, int size, String groupedBy) {
    if (skipped >= MAX_GROUPS) {
      throw new IllegalArgumentException(
          "The query has more than %d groups: restrict it, for instance to a range of %s"
              .formatted(MAX_GROUPS, groupedBy));
    }
    return Math.min(skipped + Math.min(size, MAX_GROUPS), MAX_GROUPS);
  }

  /** The first groups of what matches. */
  static List<RankedGroup> first(
      SearchReaders readers,
      SearchPlan plan,
      GroupField field,
      GroupOrder order,
      int limit,
      Runnable check) {
    try {
      return readers
          .searcher(check)
          .search(plan.query(), new GroupCollector.Manager(field, order, limit));
    } catch (IOException e) {
      throw readers.failure("grouping", e);
    }
  }

  /**
   * A page of the documents of a group.
   *
   * @param position null for the first page, or what the page before gave as the next
   * @throws IllegalStateException if this is closed
   */
  public SearchCursor.Page read(
      String group, SearchCursor.@Nullable Position position, int size, Runnable check) {
    SearchCursor members =
        all.narrowed(field.members(group, readers::hasField, readers.translator(Set.of())));
    return members.read(position == null ? members.first() : position, size, check);
  }

  /** How many documents match, in all groups together. */
  public long totalCount() {
    return all.totalCount();
  }

  /** The version that a hit stands for. */
  public DocumentVersion document(SearchHit hit) {
    return all.document(hit);
  }

  /** Lets the readers go. Idempotent; must not run while something is read. */
  @Override
  public void close() {
    all.close();
  }
}
