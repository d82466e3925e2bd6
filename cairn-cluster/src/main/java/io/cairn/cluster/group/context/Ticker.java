// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task again and again, never twice at once, whenever it is woken: wake-ups during a run
 * make one more. Runs on virtual threads.
 */
public final class Ticker {

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int AGAIN = 2;

  private final String name;
  private final Runnable task;
  private final AtomicInteger state = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();

  public Ticker(String name, Runnable task) {
    this.name = name;
    this.task = task;
  }

  /** Has the task run soon. Never blocks. */
  public void wake() {
    if (!stopped.get() && state.getAndUpdate(s -> s == IDLE ? RUNNING : AGAIN) == IDLE) {
      Thread.ofVirtual().name(name).start(this::run);
    }
  }

  /** Lets a present run end, and begins no other. */
  public void stop() {
    stopped.set(true);
  }

  private void run() {
    do {
      state.set(RUNNING);
      if (stopped.get()) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.warn("{} failed and will be tried again: {}", name, e, e);
      }
    } while (!state.compareAndSet(RUNNING, IDLE));
  }
}
