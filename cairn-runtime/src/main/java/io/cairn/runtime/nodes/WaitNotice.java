// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Says in the log, once for each time, that a host waits for other nodes of a group, which they
 * are, and when it goes on: a host that was started alone on the data of a larger group looks as if
 * it did nothing. Used by one thread.
 */
final class WaitNotice {

  /** A start of several hosts, or an election, is no wait worth a line. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final Map<String, Wait> waits = new HashMap<>();

  private record Wait(long since, boolean told) {}

  /**
   * Knows of no wait yet.
   *
   * @param nanoTime what waits are measured by
   */
  WaitNotice(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes note of a group.
   *
   * @param refusal why nobody can own a document of it; empty if somebody may
   */
  void look(String group, String refusal) {
    if (refusal.isEmpty()) {
      Wait over = waits.remove(group);
      if (over != null && over.told()) {
        log.info("The wait for nodes of group {} is over", group);
      }
      return;
    }
    long now = nanoTime.getAsLong();
    Wait wait = waits.computeIfAbsent(group, _ -> new Wait(now, false));
    if (!wait.told() && now - wait.since() >= PATIENCE_NANOS) {
      waits.put(group, new Wait(wait.since(), true));
      log.warn(
          "This host waits, and answers 503: {} (node group {}). If those nodes are lost for good: ./cairn recover, see docs/operations.md",
          refusal,
          group);
    }
  }
}
