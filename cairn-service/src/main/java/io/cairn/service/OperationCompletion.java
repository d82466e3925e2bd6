// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation.CompletionHandler;
import io.cairn.service.failure.NobodyWaitsException;
import io.cairn.service.security.AuthorizationContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an operation ends: its completion handlers run once, in the context that it was made in,
 * whoever completes or fails it.
 */
abstract class OperationCompletion extends OperationTransport {
  private static final Logger LOGGER = LoggerFactory.getLogger(Operation.class);

  /** Either the log decides what becomes of an operation, or who gave up waiting has decided. */
  private enum Stage {
    OPEN,
    COMMITTING,
    GIVEN_UP,
    /** The log decides, and nobody waits for it any more. */
    OVERDUE
  }

  private static final VarHandle COMPLETION = field("completion", CompletionHandler.class);
  private static final VarHandle STAGE = field("stage", Stage.class);

  private OperationContext context = OperationContext.getOperationContext();
  private volatile Stage stage = Stage.OPEN;
  private @Nullable BooleanSupplier abandonment;

  @SuppressWarnings("unused") // through COMPLETION
  private volatile @Nullable CompletionHandler completion;

  OperationCompletion() {}

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(OperationCompletion.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // ---- context

  /** What this operation hands on to those it causes. */
  OperationContext context() {
    return context;
  }

  public @Nullable AuthorizationContext getAuthorizationContext() {
    return context.authorizationContext();
  }

  /** Says on whose behalf this runs; the host trusts only what it verified itself. */
  public Operation setAuthorizationContext(@Nullable AuthorizationContext value) {
    this.context = context.withAuthorizationContext(value);
    return self();
  }

  public @Nullable String getContextId() {
    return context.contextId();
  }

  public Operation setContextId(@Nullable String value) {
    this.context = context.withContextId(value);
    return self();
  }

  public @Nullable String getTransactionId() {
    return context.transactionId();
  }

  public Operation setTransactionId(@Nullable String value) {
    this.context = context.withTransactionId(value);
    return self();
  }

  public boolean isWithinTransaction() {
    return context.transactionId() != null;
  }

  // ---- completion

  /** Sets the handler, in place of all handlers set before. */
  public Operation setCompletion(@Nullable CompletionHandler handler) {
    rearm(handler);
    return self();
  }

  /** Sets one handler for success and one for failure. */
  public Operation setCompletion(Consumer<Operation> success, CompletionHandler failure) {
    return setCompletion(
        (op, e) -> {
          if (e != null) {
            failure.handle(op, e);
          } else {
            success.accept(op);
          }
        });
  }

  /** The handler that runs next; null if there is none or it has run. */
  public @Nullable CompletionHandler getCompletion() {
    CompletionHandler present = completion;
    return CompletionChain.isDone(present) ? null : present;
  }

  void rearm(@Nullable CompletionHandler handler) {
    COMPLETION.setVolatile(this, handler);
  }

  /**
   * Puts {@code handler} in front of those set before (last in, first out). The earlier ones run
   * when it calls {@link #complete()} or {@link #fail(Throwable)} on the operation it is given.
   */
  public Operation nestCompletion(CompletionHandler handler) {
    rearm(CompletionChain.nest(handler, getCompletion()));
    return self();
  }

  /**
   * As {@link #nestCompletion(CompletionHandler)}, unless this operation has ended meanwhile, by
   * expiring for example.
   *
   * @return false if it has ended: nothing was nested, and what it asks for must not be done any
   *     more
   */
  @SuppressWarnings("ReferenceEquality")
  public boolean tryNestCompletion(CompletionHandler handler) {
    while (true) {
      CompletionHandler present = completion;
      if (present == CompletionChain.DONE) {
        return false;
      }
      if (COMPLETION.compareAndSet(this, present, CompletionChain.nest(handler, present))) {
        return true;
      }
    }
  }

  /**
   * Says that the outcome is with the log from now on: who gives up waiting cannot know it.
   *
   * @return false if somebody has given up already and was told that nothing was done
   */
  public boolean tryCommit() {
    return STAGE.compareAndSet(this, Stage.OPEN, Stage.COMMITTING)
        || stage == Stage.COMMITTING
        || stage == Stage.OVERDUE;
  }

  /**
   * Says that nobody waits any longer.
   *
   * @return false if the update that this asks for may have been stored already
   */
  public boolean tryGiveUp() {
    if (STAGE.compareAndSet(this, Stage.OPEN, Stage.GIVEN_UP)) {
      return true;
    }
    STAGE.compareAndSet(this, Stage.COMMITTING, Stage.OVERDUE);
    return stage == Stage.GIVEN_UP;
  }

  /**
   * Whether nobody waits for the answer any more: its time is over, or the client that sent it has
   * gone. What is not begun by then is not begun; a handler that works for long asks now and then,
   * and fails the operation instead of going on. Copies that the runtime makes on the way know it
   * too.
   */
  public boolean isCancelled() {
    BooleanSupplier gone = abandonment;
    return stage == Stage.GIVEN_UP
        || stage == Stage.OVERDUE
        || (gone != null && gone.getAsBoolean());
  }

  /**
   * Says how to tell that whoever sent this operation from outside has gone. A teller that is an
   * {@code EventStreamSink} takes streams as well.
   */
  public Operation setAbandonment(@Nullable BooleanSupplier gone) {
    this.abandonment = gone;
    return self();
  }

  @Override
  final @Nullable BooleanSupplier abandonment() {
    return abandonment;
  }

  /** Ends an operation that nobody waits for and nothing was begun for. */
  public void failCancelled() {
    fail(STATUS_CODE_UNAVAILABLE, new NobodyWaitsException(), null);
  }

  /** As the other form, for success only: a failure goes straight to the earlier handlers. */
  public void nestCompletion(Consumer<Operation> successHandler) {
    rearm(CompletionChain.nestSuccess(successHandler, getCompletion()));
  }

  /** The same as {@link #nestCompletion(CompletionHandler)}, which holds for clones anyway. */
  public Operation nestCompletionCloneSafe(CompletionHandler handler) {
    return nestCompletion(handler);
  }

  /**
   * Puts {@code handler} behind those set before (first in, first out). It runs when they call
   * {@link #complete()} or {@link #fail(Throwable)} on the operation they are given.
   */
  public Operation appendCompletion(CompletionHandler handler) {
    rearm(CompletionChain.append(getCompletion(), handler));
    return self();
  }

  /** Ends this operation: runs the completion handler with whatever status and body are set. */
  public void complete() {
    runCompletion(null);
  }

  /** Fails this operation; status and error body follow from {@code failure}. */
  public void fail(Throwable failure) {
    fail(failure, null);
  }

  /** As {@link #fail(Throwable)}, with a body of one's own. */
  public void fail(Throwable failure, @Nullable Object failureBody) {
    Throwable cause = OperationFailure.unwrap(failure);
    OperationFailure.apply(self(), cause, failureBody);
    runCompletion(cause);
  }

  /** Fails this operation with {@code status}. */
  public void fail(int status) {
    fail(status, new IllegalStateException("Request failed with status " + status), null);
  }

  /** Fails this operation with {@code status}; {@code failureBody} null means the standard body. */
  public void fail(int status, Throwable failure, @Nullable Object failureBody) {
    Throwable cause = OperationFailure.unwrap(failure);
    setStatusCode(Math.max(status, STATUS_CODE_FAILURE_THRESHOLD));
    Object answer = failureBody;
    if (answer == null && !(getBodyRaw() instanceof ServiceErrorResponse)) {
      answer = OperationFailure.toResponse(self(), cause);
    }
    OperationFailure.apply(self(), cause, answer);
    runCompletion(cause);
  }

  private void runCompletion(@Nullable Throwable failure) {
    CompletionHandler handler =
        (CompletionHandler) COMPLETION.getAndSet(this, CompletionChain.DONE);
    if (CompletionChain.isDone(handler)) {
      if (isCancelled()) {
        LOGGER.debug("Nobody waits any more for the outcome of {}", this, failure);
      } else {
        LOGGER.warn("Completed twice, the second time is ignored: {}", this, failure);
      }
      return;
    }
    if (handler == null) {
      return;
    }
    OperationContext before = OperationContext.getOperationContext();
    OperationContext.restoreOperationContext(context);
    try {
      handler.handle(self(), failure);
    } catch (RuntimeException e) {
      // The caller of complete() is not the one to blame, and has its own work to finish.
      LOGGER.error("Completion handler threw: {}", this, e);
    } finally {
      OperationContext.restoreOperationContext(before);
    }
  }

  /**
   * Completion handlers in the order in which they run: an immutable list. Running it arms the
   * operation with the rest and calls the first handler; the rest runs when that handler calls
   * {@code complete} or {@code fail} on the operation it is given, which may be a clone of the one
   * that the list was made for.
   */
  private record CompletionChain(CompletionHandler first, @Nullable CompletionHandler rest)
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
    static CompletionHandler append(
        @Nullable CompletionHandler present, CompletionHandler handler) {
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
}
