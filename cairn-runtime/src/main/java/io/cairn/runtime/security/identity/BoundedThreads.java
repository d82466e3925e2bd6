// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Threads for what takes the processor's time: few at once, some may wait, and whoever comes then
 * is refused. They end when there is nothing to do. Thread-safe; no method blocks.
 */
public final class BoundedThreads implements AutoCloseable {

  private final ThreadPoolExecutor threads;

  /**
   * Starts no thread yet.
   *
   * @param name of the threads, which a number follows
   * @param atOnce how many work at the same time
   * @param waiting how many tasks may wait
   */
  public BoundedThreads(String name, int atOnce, int waiting) {
    threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Half of the processors of this machine, at least one. */
  public static int halfOfTheMachine() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /**
   * Has something done.
   *
   * @param refusal makes the failure of what comes when too many wait
   */
  public <T> CompletableFuture<T> run(
      Supplier<T> work, Function<RejectedExecutionException, ? extends RuntimeException> refusal) {
    try {
      return CompletableFuture.supplyAsync(work, threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(refusal.apply(e));
    }
  }

  /** Ends the threads; what waits is done. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
