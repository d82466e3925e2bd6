// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import java.util.function.Supplier;

/** The time in which work is alone with an instance. */
@FunctionalInterface
interface Turn {

  /** The turn of work that needs not be alone. */
  Turn BESIDE = outcome -> {};

  /**
   * Ends the turn, unless the outcome is still to come: an operation without an answer gets one,
   * then the mailbox hands out its next work. Only the first end counts.
   */
  void end(WorkOutcome outcome);

  /** Ends the turn with what the rest of the work comes to; what that throws fails the work. */
  default void endWith(Supplier<WorkOutcome> rest) {
    WorkOutcome outcome;
    try {
      outcome = rest.get();
    } catch (Throwable t) {
      outcome = WorkOutcome.failed(t);
    }
    end(outcome);
  }
}
