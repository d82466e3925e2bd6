// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.simulation.VirtualTime;
import java.time.Duration;

/** A node's timers in virtual time. A paused node's tasks run late, as a stopped process's do. */
final class VirtualTimers implements SwimTimers {

  private final VirtualTime time;
  private boolean ended;
  private long pausedUntil;

  VirtualTimers(VirtualTime time) {
    this.time = time;
  }

  void pause(Duration pause) {
    pausedUntil = time.now() + pause.toNanos();
  }

  @Override
  public long nanoTime() {
    return time.now();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    if (!ended) {
      time.after(delay.toNanos(), () -> run(task));
    }
  }

  private void run(Runnable task) {
    if (ended) {
      return;
    }
    if (pausedUntil > time.now()) {
      time.at(pausedUntil, () -> run(task));
    } else {
      task.run();
    }
  }

  @Override
  public void close() {
    ended = true;
  }
}
