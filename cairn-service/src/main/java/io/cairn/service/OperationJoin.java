// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends several operations in parallel and goes on when all have ended. Each operation's own
 * completion handler runs as well, before that of the join. Set up by one thread; safe against the
 * answers that arrive on any. An operation that never ends, never ends the join: expirations see to
 * that.
 */
public final class OperationJoin {

  /** Runs when all operations of a join have ended. */
  @FunctionalInterface
  public interface JoinedCompletionHandler {
    /**
     * Takes the answers.
     *
     * @param ops every operation by its id
     * @param failures the failures by operation id; null if there were none
     */
    void handle(Map<Long, Operation> ops, @Nullable Map<Long, Throwable> failures);
  }

  private final Map<Long, Operation> operations = new LinkedHashMap<>();
  private final Map<Long, Throwable> failures = new LinkedHashMap<>();
  private final Queue<Operation> waiting = new ArrayDeque<>();
  private final OperationContext context = OperationContext.getOperationContext();
  private @Nullable JoinedCompletionHandler handler;
  private @Nullable ServiceRequestSender sender;
  private int pending;

  private OperationJoin() {}

  /** A join that is given its operations later. */
  public static OperationJoin create() {
    return new OperationJoin();
  }

  public static OperationJoin create(Operation... ops) {
    return create().setOperations(ops);
  }

  public static OperationJoin create(Collection<Operation> ops) {
    return create().setOperations(ops);
  }

  public static OperationJoin create(Stream<Operation> ops) {
    return create().setOperations(ops);
  }

  public OperationJoin setOperations(Operation... ops) {
    return setOperations(Arrays.asList(ops));
  }

  public OperationJoin setOperations(Stream<Operation> ops) {
    return setOperations(ops.toList());
  }

  /**
   * Says what to join.
   *
   * @throws IllegalStateException if that has been said
   * @throws IllegalArgumentException if there is nothing to join, or something twice
   */
  public synchronized OperationJoin setOperations(Collection<Operation> ops) {
    if (!operations.isEmpty()) {
      throw new IllegalStateException("operations have already been set");
    }
    if (ops.isEmpty()) {
      throw new IllegalArgumentException("at least one operation to join expected");
    }
    for (Operation op : ops) {
      if (operations.putIfAbsent(op.getId(), op) != null) {
        throw new IllegalArgumentException("operation is joined already: " + op);
      }
    }
    return this;
  }

  public OperationJoin setCompletion(JoinedCompletionHandler completion) {
    this.handler = completion;
    return this;
  }

  /** Puts all operations into one transaction. */
  public OperationJoin setTransactionId(String transactionId) {
    operations.values().forEach(op -> op.setTransactionId(transactionId));
    return this;
  }

  /** Sends all operations at once. */
  public void sendWith(ServiceRequestSender requestSender) {
    sendWith(requestSender, operations.size());
  }

  /**
   * Sends the operations with at most {@code batchSize} of them on their way at any time.
   *
   * @throws IllegalArgumentException if {@code batchSize} is not positive
   */
  public void sendWith(ServiceRequestSender requestSender, int batchSize) {
    if (batchSize <= 0) {
      throw new IllegalArgumentException("batch size must be greater than 0");
    }
    List<Operation> first = new ArrayList<>();
    synchronized (this) {
      this.sender = requestSender;
      this.pending = operations.size();
      for (Operation op : operations.values()) {
        observe(op);
        if (first.size() < batchSize) {
          first.add(op);
        } else {
          waiting.add(op);
        }
      }
    }
    first.forEach(requestSender::sendRequest);
  }

  private void observe(Operation op) {
    Operation.CompletionHandler own = op.getCompletion();
    op.setCompletion(
        (answered, failure) -> {
          try {
            if (own != null) {
              own.handle(answered, failure);
            }
          } finally {
            ended(answered, failure);
          }
        });
  }

  private void ended(Operation op, @Nullable Throwable failure) {
    Operation next;
    ServiceRequestSender requestSender;
    boolean last;
    synchronized (this) {
      operations.put(op.getId(), op);
      if (failure != null) {
        failures.put(op.getId(), failure);
      }
      pending--;
      last = pending == 0;
      next = waiting.poll();
      requestSender = sender;
    }
    if (next != null && requestSender != null) {
      requestSender.sendRequest(next);
    }
    JoinedCompletionHandler completion = handler;
    if (last && completion != null) {
      OperationContext.run(context, () -> completion.handle(snapshot(), getFailures()));
    }
  }

  private synchronized Map<Long, Operation> snapshot() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(operations));
  }

  /** All operations, in the order given. */
  public Collection<Operation> getOperations() {
    return snapshot().values();
  }

  /** The transaction of the operations; null if they are in none. */
  public synchronized @Nullable String getTransactionId() {
    return operations.isEmpty() ? null : operations.values().iterator().next().getTransactionId();
  }

  /** The operation with this id, or null. */
  public synchronized @Nullable Operation getOperation(long id) {
    return operations.get(id);
  }

  /** The failures so far by operation id; null if there are none. */
  public synchronized @Nullable Map<Long, Throwable> getFailures() {
    return failures.isEmpty() ? null : Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  public boolean isEmpty() {
    return operations.isEmpty();
  }
}
