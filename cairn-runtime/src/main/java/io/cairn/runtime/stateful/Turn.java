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

  /**
   * Whether the work began from an update that is not committed yet. What it then says without
   * changing anything must wait until it is: see {@link #answer}.
   */
  default boolean isAhead() {
    return false;
  }

  /**
   * Gives an answer that follows from the document as the work found it, once that is certain.
   *
   * @param answer must not block; not run if the document never was so
   */
  default void answer(Runnable answer) {
    answer.run();
  }

  /** The work is about to propose a change. {@link #proposed} follows. */
  default void proposes() {}

  /** The change is on its way: the next work may begin from it. The turn ends with the change. */
  default void proposed() {}

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
