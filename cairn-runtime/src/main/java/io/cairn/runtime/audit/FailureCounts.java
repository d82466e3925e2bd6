// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps floods of failures out of the records: of those of one subject at one address that are
 * alike, the first of a minute gets a record of its own, the others of that minute get one
 * together. Bounded: when too many differ, the rest count as one. For one thread.
 */
final class FailureCounts {

  /** How many are told apart at a time. */
  static final int MOST = 1_000;

  static final long WINDOW_MICROS = TimeUnit.MINUTES.toMicros(1);

  private static final Alike OTHERS = new Alike(null, null, null, null, 0);

  private final AuditRecords records;
  private final Map<Alike, Window> windows = new LinkedHashMap<>();

  /** What failures that are counted together have in common. */
  private record Alike(
      @Nullable String subject,
      @Nullable String user,
      @Nullable String address,
      @Nullable AuditedAction action,
      int status) {
    static Alike of(AuditRecord record) {
      return new Alike(
          record.subjectLink, record.userLink, record.address, record.action, record.status);
    }
  }

  private static final class Window {
    final long endMicros;
    long more;
    @Nullable AuditRecord last;

    Window(long endMicros) {
      this.endMicros = endMicros;
    }
  }

  FailureCounts(AuditRecords records) {
    this.records = records;
  }

  /**
   * Takes a failure.
   *
   * @return whether it gets a record of its own; else it is counted
   */
  boolean isFirst(AuditRecord failure, long nowMicros) {
    Alike alike = Alike.of(failure);
    Window window = windows.get(alike);
    if (window == null && windows.size() >= MOST) {
      alike = OTHERS;
      window = windows.get(alike);
    }
    if (window == null) {
      windows.put(alike, new Window(nowMicros + WINDOW_MICROS));
      return true;
    }
    window.more++;
    window.last = failure;
    return false;
  }

  /** When the next minute ends; {@link Long#MAX_VALUE} if none is under way. */
  long nextMicros() {
    return windows.isEmpty()
        ? Long.MAX_VALUE
        : windows.values().iterator().next().endMicros; // they begin in this order
  }

  /** The records of those that were counted in minutes that have ended. */
  void ended(long nowMicros, Consumer<AuditRecord> sink) {
    while (!windows.isEmpty()) {
      Map.Entry<Alike, Window> oldest = windows.entrySet().iterator().next();
      Window window = oldest.getValue();
      if (window.endMicros > nowMicros) {
        return;
      }
      windows.remove(oldest.getKey());
      if (window.last != null) {
        AuditRecord last = window.last;
        if (oldest.getKey().equals(OTHERS)) {
          last.subjectLink = null;
          last.userLink = null;
          last.address = null;
          last.reason = "of many subjects and addresses; the last one is shown";
        }
        sink.accept(records.again(last, window.more, Math.min(last.timeMicros, nowMicros)));
      }
    }
  }
}
