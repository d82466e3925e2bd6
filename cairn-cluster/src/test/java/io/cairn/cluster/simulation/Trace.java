// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** What happened, as a hash always, and as readable lines when asked for. */
final class Trace {

  private static final int LINES = 200_000;

  private final VirtualTime time;
  private final boolean readable;
  private final Deque<String> lines = new ArrayDeque<>();
  private long hash = 0xcbf29ce484222325L;

  Trace(VirtualTime time, boolean readable) {
    this.time = time;
    this.readable = readable;
  }

  /** Notes an event; everything given counts for the hash. */
  void note(String where, String what, String detail) {
    note(where, what, detail, 0);
  }

  /** Notes an event that is told by a name and a number: no text is made unless it is read. */
  void note(String where, String what, String detail, long number) {
    mix(time.now());
    mix(where.hashCode());
    mix(what.hashCode());
    mix(detail.hashCode());
    mix(number);
    if (readable) {
      if (lines.size() == LINES) {
        lines.removeFirst();
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%11.6f %-4s %-14s %s%s",
              time.now() / 1e9,
              where,
              what,
              detail,
              number == 0 ? "" : " " + number));
    }
  }

  private void mix(long value) {
    hash = (hash ^ value) * 0x100000001b3L;
    hash ^= hash >>> 29;
  }

  long hash() {
    return hash;
  }

  boolean readable() {
    return readable;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
