// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.service.Operation;
import java.util.function.BiFunction;

/**
 * Work that answers an operation.
 *
 * @param link what it is for
 * @param op fails if the work cannot be done
 * @param action the work
 * @param update whether the work runs the handler of an update, and nothing else
 */
record OperationWork(
    String link,
    Operation op,
    BiFunction<StatefulInstance, Turn, WorkOutcome> action,
    boolean update)
    implements Work {

  @Override
  public boolean isPrompt(StatefulInstance instance) {
    return update && instance.handlesPromptly(op);
  }

  @Override
  public WorkOutcome run(StatefulInstance instance, Turn turn) {
    if (op.isCancelled()) {
      op.failCancelled();
      return WorkOutcome.Plain.DONE;
    }
    // What is on its way belongs to the tenure in which it began.
    boolean owned = turn.isAhead() ? instance.isCurrent() : instance.enter();
    return owned ? action.apply(instance, turn) : WorkOutcome.Plain.MOVED;
  }

  @Override
  public void answer(WorkOutcome outcome) {
    outcome.answer(op, link);
  }
}
