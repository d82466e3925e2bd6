// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that any node of a group has ever shown to the outside, against which everything it shows
 * later is held. The order of the log is the order of writes; so a history is linearizable exactly
 * if this order never contradicts the order in which operations ended and began.
 */
final class ReplicaSetLedger {

  /**
   * A command that some node has applied.
   *
   * @param content hash of its bytes
   * @param state hash of the state after it
   */
  private record Committed(long write, int content, long state) {}

  private final String group;
  private final Verdict verdict;
  private final TreeMap<Long, Committed> committed = new TreeMap<>();
  private final Map<Long, Long> places = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();
  private final Map<Long, String> leaders = new HashMap<>();
  private long frontier;
  private boolean calm;
  private long acknowledgedInCalm;

  ReplicaSetLedger(String group, Verdict verdict) {
    this.group = group;
    this.verdict = verdict;
  }

  /** A node whose last command had the index {@code previous} has applied another one. */
  void applied(String node, long previous, long index, Write write, int content, long state) {
    Long between = committed.higherKey(previous);
    if (between != null && between < index) {
      throw wrong(node + " applied " + index + " after " + previous + ", without " + between);
    }
    Committed known = committed.get(index);
    Committed now = new Committed(write.id(), content, state);
    if (known == null) {
      if (!committed.isEmpty() && committed.lastKey() > index) {
        throw wrong(
            node + " applied " + index + ", which others passed over up to " + committed.lastKey());
      }
      committed.put(index, now);
      Long other = places.put(write.id(), index);
      if (other != null) {
        throw wrong("write " + write.id() + " took effect at " + other + " and at " + index);
      }
      if (refused.contains(write.id())) {
        throw wrong("write " + write.id() + " was refused, but took effect at " + index);
      }
    } else if (!known.equals(now)) {
      throw wrong(node + " applied " + now + " at " + index + ", others applied " + known);
    }
  }

  /** Checks that a state copied from elsewhere is the one of its last command. */
  void copied(String node, long index, long state) {
    Committed known = committed.get(index);
    if (index != 0 && (known == null || known.state != state)) {
      throw wrong(node + " took over a state of " + index + " that is not " + known);
    }
  }

  /**
   * Tells whether a state that ends with the command at {@code index} stands at {@code upTo} too.
   */
  boolean holdsNothingBetween(long index, long upTo) {
    Long next = committed.higherKey(index);
    return next == null || next > upTo;
  }

  /** Returns the index that whatever begins now must reach. */
  long frontier() {
    return frontier;
  }

  void acknowledged(long write, long index, long frontierAtBegin) {
    Committed known = committed.get(index);
    if (known == null || known.write != write) {
      throw wrong("write " + write + " was acknowledged at " + index + ", where is " + known);
    }
    if (index <= frontierAtBegin) {
      throw wrong(
          "write " + write + " at " + index + " began after " + frontierAtBegin + " was observed");
    }
    acknowledgedInCalm += calm ? 1 : 0;
    frontier = Math.max(frontier, index);
  }

  /** The write was refused: it must never take effect. */
  void refused(long write) {
    refused.add(write);
    if (places.containsKey(write)) {
      throw wrong("write " + write + " took effect at " + places.get(write) + ", but was refused");
    }
  }

  /** A read came from a state whose last command is at {@code index}. */
  void read(String node, long index, long frontierAtBegin) {
    if (index < frontierAtBegin) {
      throw wrong(
          "a read on "
              + node
              + " saw the state of "
              + index
              + ", after "
              + frontierAtBegin
              + " had been observed");
    }
    frontier = Math.max(frontier, index);
  }

  /** A node believes that it leads; returns whether that is news. */
  boolean leads(String node, long term) {
    String other = leaders.putIfAbsent(term, node);
    if (other != null && !other.equals(node)) {
      throw wrong(other + " and " + node + " both led in term " + term);
    }
    return other == null;
  }

  /** Trouble has ended. */
  void calmDown() {
    calm = true;
  }

  /** Returns how many writes were acknowledged since trouble has ended. */
  long acknowledgedInCalm() {
    return acknowledgedInCalm;
  }

  long commands() {
    return committed.size();
  }

  long lastCommand() {
    return committed.isEmpty() ? 0 : committed.lastKey();
  }

  Violation wrong(String what) {
    return verdict.broken("group " + group + ": " + what);
  }
}
