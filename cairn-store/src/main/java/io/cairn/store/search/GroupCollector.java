// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.FieldComparator;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.LeafFieldComparator;
import org.apache.lucene.search.Pruning;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.SortField;

/**
 * Finds the first groups of what matches, in the order of their first documents or of their values.
 * Takes memory for the groups that it is to find, not for all that there are: a group that fell out
 * comes back when a document of it would make it one of the first.
 */
final class GroupCollector extends SimpleCollector {
  /** What the names of the groups of one page may weigh; more would be a page for nobody. */
  private static final long MAX_BYTES = 64L << 20;

  private final GroupField field;
  private final GroupOrder order;
  private final Comparator<GroupValue> ranks;
  private final int limit;
  private final FieldComparator<?>[] comparators;
  private final LeafFieldComparator[] ofSegment;
  private final Map<GroupValue, Group> byValue = new HashMap<>();
  private final TreeSet<Group> ranked = new TreeSet<>(this::compare);
  private GroupField.Values values;
  private int spare;
  private long bytes;

  /**
   * How groups are ordered.
   *
   * @param fields by the document of each group that comes first in this order; if there are none,
   *     by the values of the groups
   * @param descending whether the values are in descending order; what has no value is last
   */
  record GroupOrder(List<SortField> fields, boolean descending) {}

  /** A group, and the slot of the comparators that holds its first document. */
  private static final class Group {
    final GroupValue value;
    int slot;

    Group(GroupValue value, int slot) {
      this.value = value;
      this.slot = slot;
    }
  }

  private GroupCollector(GroupField field, GroupOrder order, int limit) {
    this.field = field;
    this.order = order;
    this.ranks = RankedGroup.byValue(order.descending());
    this.limit = limit;
    this.spare = limit;
    this.values = field.none();
    this.comparators = new FieldComparator<?>[order.fields().size()];
    this.ofSegment = new LeafFieldComparator[comparators.length];
    for (int i = 0; i < comparators.length; i++) {
      comparators[i] = order.fields().get(i).getComparator(limit + 1, Pruning.NONE);
    }
  }

  @Override
  protected void doSetNextReader(LeafReaderContext segment) throws IOException {
    values = field.of(segment, comparators.length == 0);
    for (int i = 0; i < comparators.length; i++) {
      ofSegment[i] = comparators[i].getLeafComparator(segment);
    }
  }

  @Override
  public void collect(int doc) throws IOException {
    values.advance(doc);
    for (GroupValue value = values.next(); value != null; value = values.next()) {
      offer(value, doc);
    }
  }

  private void offer(GroupValue value, int doc) throws IOException {
    Group known = byValue.get(value);
    if (known != null && comparators.length == 0) {
      return;
    }
    boolean full = known == null && byValue.size() >= limit;
    Group candidate = new Group(value, spare);
    copy(spare, doc);
    Group rival = full ? ranked.last() : known;
    if (rival == null) {
      candidate.slot = byValue.size();
      copy(candidate.slot, doc);
    } else if (compare(candidate, rival) < 0) {
      ranked.remove(rival);
      byValue.remove(rival.value);
      bytes -= rival.value.weight();
      spare = rival.slot;
    } else {
      return;
    }
    add(new Group(value.owned(), candidate.slot));
  }

  private void add(Group group) {
    bytes += group.value.weight();
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "The names of the groups weigh more than %d bytes: ask for fewer groups (groupResultLimit)"
              .formatted(MAX_BYTES));
    }
    byValue.put(group.value, group);
    ranked.add(group);
  }

  private void copy(int slot, int doc) throws IOException {
    for (LeafFieldComparator comparator : ofSegment) {
      comparator.copy(slot, doc);
    }
  }

  private int compare(Group one, Group other) {
    for (int i = 0; i < comparators.length; i++) {
      int compared = comparators[i].compare(one.slot, other.slot);
      if (compared != 0) {
        return order.fields().get(i).getReverse() ? -compared : compared;
      }
    }
    return ranks.compare(one.value, other.value);
  }

  /** What the first document of a group is ordered by. */
  private SortKey key(Group group) {
    Object[] found = new Object[comparators.length];
    for (int i = 0; i < comparators.length; i++) {
      found[i] = comparators[i].value(group.slot);
    }
    return SortKey.of(new FieldDoc(0, 0, found), order.fields().toArray(SortField[]::new));
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  /** The first groups; searchers here have no executor, so there is one collector. */
  record Manager(GroupField field, GroupOrder order, int limit)
      implements CollectorManager<GroupCollector, List<RankedGroup>> {
    @Override
    public GroupCollector newCollector() {
      return new GroupCollector(field, order, limit);
    }

    @Override
    public List<RankedGroup> reduce(Collection<GroupCollector> collectors) {
      GroupCollector only = collectors.iterator().next();
      List<RankedGroup> first = new ArrayList<>();
      only.ranked.forEach(group -> first.add(new RankedGroup(group.value, only.key(group))));
      return first;
    }
  }
}
