// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.Operation.CompletionHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Completion handlers in the order in which they run: an immutable list. Running it arms the
 * operation with the rest and calls the first handler; the rest runs when that handler calls {@code
 * complete} or {@code fail} on the operation it is given, which may be a clone of the one that the
 * list was made for.
 */
record CompletionChain(CompletionHandler first, @Nullable CompletionHandler rest)
    implements CompletionHandler {

  /** Stands in an operation whose completion has run. */
  static final CompletionHandler DONE =
      (op, failure) -> {
        throw new IllegalStateException("marker, never called");
      };

  @Override
  public void handle(Operation op, @Nullable Throwable failure) {
    op.rearm(rest);
    first.handle(op, failure);
  }

  /** {@code handler} in front of {@code present}. */
  static CompletionHandler nest(CompletionHandler handler, @Nullable CompletionHandler present) {
    return new CompletionChain(handler, present);
  }

  /** As {@link #nest}, but a failure bypasses {@code handler}. */
  static CompletionHandler nestSuccess(
      Consumer<Operation> handler, @Nullable CompletionHandler present) {
    return nest(
        (op, failure) -> {
          if (failure != null) {
            op.fail(failure);
          } else {
            handler.accept(op);
          }
        },
        present);
  }

  /** {@code handler} behind {@code present}. */
  static CompletionHandler append(@Nullable CompletionHandler present, CompletionHandler handler) {
    return switch (present) {
      case null -> handler;
      case CompletionChain chain -> new CompletionChain(chain.first, append(chain.rest, handler));
      default -> new CompletionChain(present, handler);
    };
  }

  @SuppressWarnings("ReferenceEquality") // one object marks the end
  static boolean isDone(@Nullable CompletionHandler handler) {
    return handler == DONE;
  }
}
