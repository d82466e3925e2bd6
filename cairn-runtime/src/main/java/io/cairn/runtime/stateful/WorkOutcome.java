// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What has become of work on an instance. */
sealed interface WorkOutcome {

  /** Outcomes without more to say. */
  enum Plain implements WorkOutcome {
    /** The operation has its answer, or none waits for one. */
    DONE,
    /** The work goes on, and ends its turn itself. */
    PENDING,
    /** Nothing was done: this node does not own the document now. */
    MOVED
  }

  /**
   * The operation is still to be told that it failed.
   *
   * @param refusal how that is answered; null if the cause tells
   */
  record Failed(@Nullable StandardRefusal refusal, Throwable cause) implements WorkOutcome {}

  static WorkOutcome failed(Throwable cause) {
    return new Failed(
        cause instanceof NotServedException ? StandardRefusal.UNAVAILABLE : null, cause);
  }

  /** Answers an operation that has no answer yet. Whoever routes it may ask the owner instead. */
  default void answer(Operation op, String link) {
    switch (this) {
      case Plain.DONE, Plain.PENDING -> {}
      case Plain.MOVED ->
          StandardRefusal.UNAVAILABLE.answer(
              op, new NotOwnerException(op, "This node cannot answer for %s now".formatted(link)));
      case Failed(var refusal, var cause) -> {
        if (refusal == null) {
          op.fail(cause);
        } else {
          refusal.answer(op, cause);
        }
      }
    }
  }

  /** Does work that needs not be alone with the instance. */
  static void ofWorkBeside(String link, Operation op, Supplier<WorkOutcome> work) {
    try {
      work.get().answer(op, link);
    } catch (Throwable t) {
      op.fail(t);
    }
  }
}
