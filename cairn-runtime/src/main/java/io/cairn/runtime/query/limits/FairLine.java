// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.limits;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded line in which each party waits in its own: they are served in turns, one of each. When
 * there is no room, whoever has more than others in it gives way. Not thread-safe.
 *
 * @param <T> who waits
 */
final class FairLine<T> {

  private final int bound;

  /** By party; whose turn is next comes first. None of them is empty. */
  private final Map<String, ArrayDeque<T>> lines = new LinkedHashMap<>();

  private int size;

  FairLine(int bound) {
    this.bound = bound;
  }

  boolean isFull() {
    return size >= bound;
  }

  /** How many wait. */
  int size() {
    return size;
  }

  /** How many of a party wait. */
  int size(String party) {
    Collection<T> line = lines.get(party);
    return line == null ? 0 : line.size();
  }

  /**
   * Lets somebody wait.
   *
   * @return who does not, for want of room: the newcomer, or the last of the party that has most
   *     waiting, if that is more than the newcomer's would have; null if all do
   */
  @Nullable T add(String party, T newcomer) {
    T gone = null;
    if (isFull()) {
      String longest = longest();
      if (longest == null || size(longest) <= size(party) + 1) {
        return newcomer;
      }
      gone = removeLast(longest);
    }
    lines.computeIfAbsent(party, any -> new ArrayDeque<>()).add(newcomer);
    size++;
    return gone;
  }

  private @Nullable String longest() {
    String longest = null;
    int most = 0;
    for (Map.Entry<String, ArrayDeque<T>> line : lines.entrySet()) {
      if (line.getValue().size() > most) {
        most = line.getValue().size();
        longest = line.getKey();
      }
    }
    return longest;
  }

  private @Nullable T removeLast(String party) {
    ArrayDeque<T> line = lines.get(party);
    T last = line == null ? null : line.pollLast();
    if (last != null) {
      size--;
    }
    if (line != null && line.isEmpty()) {
      lines.remove(party);
    }
    return last;
  }

  /** Who is next: the first of the party whose turn it is, which then is behind all others. */
  @Nullable T poll() {
    if (lines.isEmpty()) {
      return null;
    }
    String party = lines.keySet().iterator().next();
    ArrayDeque<T> line = lines.remove(party);
    T next = line == null ? null : line.poll();
    if (line != null && !line.isEmpty()) {
      lines.put(party, line);
    }
    if (next != null) {
      size--;
    }
    return next;
  }

  /** Has those leave who match, and returns them. */
  List<T> removeIf(Predicate<T> which) {
    List<T> gone = new ArrayList<>();
    lines
        .values()
        .forEach(
            line ->
                line.removeIf(
                    each -> {
                      boolean leaves = which.test(each);
                      if (leaves) {
                        gone.add(each);
                      }
                      return leaves;
                    }));
    lines.values().removeIf(ArrayDeque::isEmpty);
    size -= gone.size();
    return gone;
  }
}
