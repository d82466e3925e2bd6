// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends groups of operations one after the other: each stage is a join, the next is sent when it
 * has ended. A stage that has a handler stops the sequence if its result has failures; one without
 * lets the next stage go ahead. Set up by one thread, then sent once.
 *
 * <pre>{@code
 * OperationSequence.create(first)
 *     .next(second, third)
 *     .setCompletion((ops, failures) -> ...)
 *     .sendWith(host);
 * }</pre>
 */
public final class OperationSequence {

  private static final class Stage {
    private final OperationJoin join;
    private OperationJoin.@Nullable JoinedCompletionHandler handler;
    private boolean cumulative = true;

    Stage(OperationJoin join) {
      this.join = join;
    }
  }

  private final List<Stage> stages = new ArrayList<>();
  private boolean abortOnFirstFailure;

  private OperationSequence() {}

  public static OperationSequence create(Operation... ops) {
    return create(OperationJoin.create(ops));
  }

  /** A sequence of these stages, of which there is at least one. */
  public static OperationSequence create(OperationJoin... stages) {
    if (stages.length == 0) {
      throw new IllegalArgumentException("at least one stage expected");
    }
    return new OperationSequence().next(stages);
  }

  /** Adds a stage. */
  public OperationSequence next(Operation... ops) {
    return next(OperationJoin.create(ops));
  }

  /** Adds stages. */
  public OperationSequence next(OperationJoin... joins) {
    for (OperationJoin join : joins) {
      stages.add(new Stage(join));
    }
    return this;
  }

  /** Handles the result of the stage added last and of all stages before it. */
  public OperationSequence setCompletion(OperationJoin.JoinedCompletionHandler handler) {
    return setCompletion(true, handler);
  }

  /**
   * Handles the result of the stage added last.
   *
   * @param cumulative whether the results of earlier stages come along
   */
  public OperationSequence setCompletion(
      boolean cumulative, OperationJoin.JoinedCompletionHandler handler) {
    Stage last = stages.getLast();
    last.handler = handler;
    last.cumulative = cumulative;
    return this;
  }

  /** Makes a failure end the sequence at once: of the handlers only that of the last stage runs. */
  public OperationSequence abortOnFirstFailure() {
    this.abortOnFirstFailure = true;
    return this;
  }

  /** Sends the first stage, and so on. */
  public void sendWith(ServiceRequestSender sender) {
    send(0, sender, Map.of(), Map.of());
  }

  private void send(
      int index,
      ServiceRequestSender sender,
      Map<Long, Operation> earlierOps,
      Map<Long, Throwable> earlierFailures) {
    Stage stage = stages.get(index);
    stage.join.setCompletion(
        (ops, failures) -> {
          Map<Long, Operation> allOps = new LinkedHashMap<>(earlierOps);
          allOps.putAll(ops);
          Map<Long, Throwable> allFailures = new LinkedHashMap<>(earlierFailures);
          if (failures != null) {
            allFailures.putAll(failures);
          }
          ended(index, sender, new Result(ops, failures), new Result(allOps, allFailures));
        });
    stage.join.sendWith(sender);
  }

  private record Result(Map<Long, Operation> ops, @Nullable Map<Long, Throwable> failures) {
    boolean hasFailures() {
      return failures != null && !failures.isEmpty();
    }

    void giveTo(OperationJoin.JoinedCompletionHandler handler) {
      handler.handle(ops, hasFailures() ? failures : null);
    }
  }

  private void ended(int index, ServiceRequestSender sender, Result own, Result all) {
    boolean isLast = index == stages.size() - 1;
    if (abortOnFirstFailure && all.hasFailures() && !isLast) {
      Stage last = stages.getLast();
      if (last.handler != null) {
        all.giveTo(last.handler);
      }
      return;
    }
    Stage stage = stages.get(index);
    Result visible = stage.cumulative ? all : own;
    if (stage.handler != null) {
      visible.giveTo(stage.handler);
      if (visible.hasFailures()) {
        return;
      }
    }
    if (!isLast) {
      Map<Long, Throwable> failures = all.failures() == null ? Map.of() : all.failures();
      send(index + 1, sender, all.ops(), failures);
    }
  }
}
