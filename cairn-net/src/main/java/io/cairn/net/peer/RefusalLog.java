// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs refusals, once a minute for each peer. Thread-safe. */
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int REMEMBERED = 1000;

  private final LongSupplier nanoTime;
  private final Map<String, Long> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  RefusalLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** This node has refused the peer. */
  void refused(String peer, String reason) {
    if (isDue("refused " + peer)) {
      LOG.warn("Refused the peer at {}: {}", peer, reason);
    }
  }

  /** The peer has refused this node. */
  void refusedBy(String peer, String reason) {
    if (isDue("by " + peer)) {
      LOG.warn("The peer at {} refused this node: {}", peer, reason);
    }
  }

  private synchronized boolean isDue(String key) {
    long now = nanoTime.getAsLong();
    Long before = last.get(key);
    if (before != null && now - before < PAUSE_NANOS) {
      return false;
    }
    last.put(key, now);
    return true;
  }
}
