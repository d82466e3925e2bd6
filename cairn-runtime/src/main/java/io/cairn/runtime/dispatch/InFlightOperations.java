// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.model.OperationObserver;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations that somebody waits for, so that each ends at its expiration whatever becomes of
 * its handler. Swept at intervals: an operation ends at most one sweep late. Thread-safe.
 */
public final class InFlightOperations {

  private final Set<Operation> operations = ConcurrentHashMap.newKeySet();
  private final List<OperationObserver> observers = new CopyOnWriteArrayList<>();
  private volatile Runnable onAdd = () -> {};

  /** Has somebody hear of operations. */
  public void observe(OperationObserver observer) {
    observers.add(observer);
  }

  /** Sets what hears of each operation that is watched from now on, cheaply. */
  public void onAdd(Runnable listener) {
    onAdd = listener;
  }

  /** Watches an operation that has an expiration. */
  public void add(Operation op) {
    operations.add(op);
    for (OperationObserver observer : observers) {
      observer.begun(op);
    }
    onAdd.run();
  }

  /** Watches an operation until it has its answer, which is passed on. */
  public void watch(Operation op) {
    op.nestCompletion(
        (done, failure) -> {
          remove(op);
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure, op.getBodyRaw());
          }
        });
    add(op);
  }

  /** Stops watching an operation that has its answer. */
  public void remove(Operation op) {
    operations.remove(op);
    for (OperationObserver observer : observers) {
      observer.ended(op);
    }
  }

  /** How many operations are under way. */
  public int count() {
    return operations.size();
  }

  private static void expire(Operation op) {
    if (op.tryGiveUp()) {
      op.fail(new TimeoutException("The operation expired before it was answered"));
      return;
    }
    StandardRefusal.EXPIRED_WHILE_STORED.answer(
        op,
        new TimeoutException(
            "The operation expired while its update was being stored: its outcome is unknown. Read"
                + " the document before repeating it"));
  }

  /** A read whose client has gone ends where it waits; an update may be under way to the log. */
  private static boolean isAbandonedRead(Operation op) {
    return op.getAction() == Action.GET && op.isCancelled();
  }

  /**
   * Ends streams, which may last for long, if they are refused now.
   *
   * @param refusal says why an operation must not be; null if it may
   */
  public void recheck(Function<Operation, @Nullable RuntimeException> refusal) {
    List<Operation> streams =
        operations.stream().filter(op -> op.getExpirationMicrosUtc() == Long.MAX_VALUE).toList();
    for (Operation op : streams) {
      RuntimeException refused = refusal.apply(op);
      if (refused != null && operations.remove(op) && op.tryGiveUp()) {
        op.fail(refused);
      }
    }
  }

  /** Fails what has expired, and reads whose clients have gone. */
  public void sweep(long nowMicros) {
    List<Operation> expired =
        operations.stream().filter(op -> op.getExpirationMicrosUtc() <= nowMicros).toList();
    operations.stream()
        .filter(InFlightOperations::isAbandonedRead)
        .toList()
        .forEach(
            op -> {
              if (operations.remove(op) && op.tryGiveUp()) {
                op.failCancelled();
              }
            });
    for (Operation op : expired) {
      if (operations.remove(op)) {
        expire(op);
      }
    }
  }
}
