// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Executors by name, each one daemon thread that is called after it: {@code cairn-stage-<name>}.
 * Thread-safe.
 */
public final class ClusterStages implements AutoCloseable {

  private final Map<String, ExecutorService> stages = new HashMap<>();
  private boolean closed;

  /**
   * Returns the executor of a name, the same one each time.
   *
   * @throws IllegalArgumentException if the name is blank
   * @throws IllegalStateException if this is closed
   */
  public synchronized Executor stage(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a stage needs a name");
    }
    if (closed) {
      throw new IllegalStateException("the stages are closed");
    }
    return stages.computeIfAbsent(name, each -> singleThread("cairn-stage-" + each));
  }

  static ExecutorService singleThread(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Ends the threads; what still runs is interrupted. Close the {@link ClusterRuntime} first. */
  @Override
  public synchronized void close() {
    closed = true;
    stages.values().forEach(ExecutorService::shutdownNow);
  }
}
