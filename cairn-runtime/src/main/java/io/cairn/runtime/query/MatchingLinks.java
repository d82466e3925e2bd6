// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.runtime.query.limits.TaskMemory;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The documents that match a query now, by their links, so that it is known when one no longer
 * does. Until it is complete, changes may come before the documents that were there at first: what
 * a change said counts. Thread-safe; guarded by this.
 */
final class MatchingLinks {
  /** So many links more are paid for at a time. */
  private static final int CHUNK = 1_000;

  private final LongFunction<@Nullable String> memory;
  private final Set<String> links = new HashSet<>();

  /** What changes said before the links were complete; null from then on. */
  private @Nullable Set<String> changed = new HashSet<>();

  private int paid;

  /** There is no memory for more links. */
  static final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoomException(String why) {
      super(why);
    }
  }

  /**
   * Knows none yet.
   *
   * @param memory takes bytes for whoever owns this; says why that is impossible, or null
   */
  MatchingLinks(LongFunction<@Nullable String> memory) {
    this.memory = memory;
  }

  /** A document that matched when the query began. */
  synchronized void addFirst(String link) {
    if (changed != null && !changed.contains(link)) {
      add(link);
    }
  }

  /** All documents that matched when the query began are there. */
  synchronized void complete() {
    changed = null;
  }

  /**
   * Notes a change of a document.
   *
   * @return whether it matched before and no longer does
   * @throws NoRoomException if there is no memory to note it
   */
  synchronized boolean leaves(String link, boolean matches) {
    if (changed != null) {
      changed.add(link);
    }
    if (matches) {
      add(link);
      return false;
    }
    return links.remove(link);
  }

  private void add(String link) {
    if (links.size() >= paid) {
      String refusal = memory.apply((long) CHUNK * TaskMemory.LINK_BYTES);
      if (refusal != null) {
        throw new NoRoomException(refusal);
      }
      paid += CHUNK;
    }
    links.add(link);
  }
}
