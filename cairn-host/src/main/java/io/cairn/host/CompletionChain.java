// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.host.Operation.CompletionHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Composes completion handlers. A composed handler, before it runs its first part, arms the operation
 * with the second; the second runs when the first part calls {@code complete} or {@code fail} again.
 * All work on the operation handed to the handler, so that a chain also holds for a clone.
 */
final class CompletionChain {

  /** Stands in an operation whose completion has run. */
  static final CompletionHandler DONE =
      (op, failure) -> {
        throw new IllegalStateException("marker, never called");
      };

  private CompletionChain() {}

  @SuppressWarnings("ReferenceEquality") // one object marks the end
  static boolean isDone(@Nullable CompletionHandler handler) {
    return handler == DONE;
  }

  /** Runs {@code inner} first; its own complete or fail runs {@code outer}. */
  static CompletionHandler nest(CompletionHandler inner, @Nullable CompletionHandler outer) {
    return (op, failure) -> {
      op.rearm(outer);
      inner.handle(op, failure);
    };
  }

  /** As {@link #nest}, but a failure bypasses {@code inner} and fails {@code outer} directly. */
  static CompletionHandler nestSuccess(
      Consumer<Operation> inner, @Nullable CompletionHandler outer) {
    return (op, failure) -> {
      op.rearm(outer);
      if (failure != null) {
        op.fail(failure);
      } else {
        inner.accept(op);
      }
    };
  }
}
