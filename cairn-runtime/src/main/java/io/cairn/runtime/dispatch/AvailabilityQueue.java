// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Operations that asked to wait for a service that is not there yet. They leave when it starts, or
 * when they expire. Bounded; thread-safe.
 */
public final class AvailabilityQueue {

  private final ConcurrentHashMap<String, Queue<Waiter>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final int limit;

  private record Waiter(Operation op, Runnable started) {}

  /**
   * Creates an empty queue.
   *
   * @param limit how many operations may wait in all
   */
  public AvailabilityQueue(int limit) {
    this.limit = limit;
  }

  /**
   * Keeps an operation until {@link #started} is told of the path.
   *
   * @param started what to do then
   */
  public void await(String path, Operation op, Runnable started) {
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      Operation.failLimitExceeded(
          op,
          ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
          limit + " operations wait for services to become available");
      return;
    }
    op.setStatusCode(Operation.STATUS_CODE_OK);
    waiting.compute(
        path,
        (key, queue) -> {
          Queue<Waiter> present = queue == null ? new ArrayDeque<>(2) : queue;
          present.add(new Waiter(op, started));
          return present;
        });
  }

  /** Lets go on what waits for the path. */
  public void started(String path) {
    if (waiting.isEmpty()) {
      return;
    }
    Queue<Waiter> queue = waiting.remove(path);
    if (queue != null) {
      count.addAndGet(-queue.size());
      queue.forEach(waiter -> waiter.started().run());
    }
  }

  private static boolean hasLeft(Operation op, long nowMicros, List<Operation> gone) {
    if (op.getExpirationMicrosUtc() < nowMicros) {
      return true;
    }
    if (op.isCancelled()) {
      gone.add(op);
    }
    return op.isCancelled();
  }

  /**
   * Forgets operations that nobody waits for. Those whose time is over have been told elsewhere;
   * one whose client has gone is ended by then.
   */
  public void expire(long nowMicros) {
    List<Operation> gone = new ArrayList<>();
    for (String path : waiting.keySet()) {
      waiting.computeIfPresent(
          path,
          (key, queue) -> {
            int before = queue.size();
            queue.removeIf(waiter -> hasLeft(waiter.op(), nowMicros, gone));
            count.addAndGet(queue.size() - before);
            return queue.isEmpty() ? null : queue;
          });
    }
    gone.stream().filter(Operation::tryGiveUp).forEach(Operation::failCancelled);
  }
}
