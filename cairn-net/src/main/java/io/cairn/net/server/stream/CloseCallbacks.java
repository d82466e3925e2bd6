// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Callbacks that run once, when something has ended. Safe for use by any thread. */
final class CloseCallbacks {
  private static final Logger LOG = LoggerFactory.getLogger(CloseCallbacks.class);

  private final List<Runnable> waiting = new ArrayList<>(1);
  private boolean fired;

  /** Keeps the callback, or runs it at once if the end has come already. */
  void add(Runnable callback) {
    synchronized (waiting) {
      if (!fired) {
        waiting.add(callback);
        return;
      }
    }
    run(callback);
  }

  void fire() {
    List<Runnable> all;
    synchronized (waiting) {
      if (fired) {
        return;
      }
      fired = true;
      all = List.copyOf(waiting);
      waiting.clear();
    }
    all.forEach(CloseCallbacks::run);
  }

  private static void run(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      LOG.warn("A callback on the end of a connection failed", e);
    }
  }
}
