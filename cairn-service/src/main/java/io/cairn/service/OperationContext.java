// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.security.AuthorizationContext;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What flows from an operation to the operations it causes: subject, correlation id, transaction.
 * The value is immutable; the current one belongs to the current thread (platform or virtual) and
 * is never inherited by a thread that it starts: take it with {@link #getOperationContext()} and
 * hand it on with {@link #run}.
 */
public final class OperationContext implements Cloneable {
  private static final OperationContext EMPTY = new OperationContext(null, null, null);

  // Confined to each thread; the one piece of static state the programming model asks for, because
  // authors create operations without naming their cause.
  private static final ThreadLocal<OperationContext> CURRENT = new ThreadLocal<>();

  private final @Nullable AuthorizationContext authorizationContext;
  private final @Nullable String contextId;
  private final @Nullable String transactionId;

  private OperationContext(
      @Nullable AuthorizationContext authorizationContext,
      @Nullable String contextId,
      @Nullable String transactionId) {
    this.authorizationContext = authorizationContext;
    this.contextId = contextId;
    this.transactionId = transactionId;
  }

  /** A context of these parts; all absent gives the one shared empty context. */
  public static OperationContext of(
      @Nullable AuthorizationContext authorizationContext,
      @Nullable String contextId,
      @Nullable String transactionId) {
    if (authorizationContext == null && contextId == null && transactionId == null) {
      return EMPTY;
    }
    return new OperationContext(authorizationContext, contextId, transactionId);
  }

  /** The context of this thread, never null. */
  public static OperationContext getOperationContext() {
    OperationContext current = CURRENT.get();
    return current == null ? EMPTY : current;
  }

  /** Makes {@code context} this thread's context; null clears it. */
  public static void restoreOperationContext(@Nullable OperationContext context) {
    OperationContext next = context == null ? EMPTY : context;
    // Nearly always it is there already; to remove and look for it again costs an entry each time.
    if (getOperationContext() != next) {
      CURRENT.set(next);
    }
  }

  /** Makes the context of {@code op} this thread's context. */
  public static void setFrom(Operation op) {
    restoreOperationContext(op.context());
  }

  /** Makes {@code context} this thread's context. */
  public static void setFrom(OperationContext context) {
    restoreOperationContext(context);
  }

  /** The same context: it never changes. */
  @Override
  @SuppressWarnings("MissingSuperCall")
  public OperationContext clone() {
    return this;
  }

  /** Clears this thread's context. */
  public static void reset() {
    CURRENT.remove();
  }

  public static @Nullable AuthorizationContext getAuthorizationContext() {
    return getOperationContext().authorizationContext;
  }

  public static void setAuthorizationContext(@Nullable AuthorizationContext value) {
    restoreOperationContext(getOperationContext().withAuthorizationContext(value));
  }

  public static @Nullable String getContextId() {
    return getOperationContext().contextId;
  }

  public static void setContextId(@Nullable String value) {
    restoreOperationContext(getOperationContext().withContextId(value));
  }

  public static @Nullable String getTransactionId() {
    return getOperationContext().transactionId;
  }

  public static void setTransactionId(@Nullable String value) {
    restoreOperationContext(getOperationContext().withTransactionId(value));
  }

  /** Runs {@code action} with {@code context} and puts back what this thread had before. */
  public static void run(OperationContext context, Runnable action) {
    call(
        context,
        () -> {
          action.run();
          return true;
        });
  }

  /** Runs {@code action} in the context of {@code op}, as the code that handles it. */
  public static void runFor(Operation op, Runnable action) {
    run(op.context(), action);
  }

  /** Runs {@code action} on behalf of a subject, with what else this thread's context says. */
  public static void runAs(AuthorizationContext subject, Runnable action) {
    run(getOperationContext().withAuthorizationContext(subject), action);
  }

  /** As {@link #run}, for code that gives a value. */
  public static <T> T call(OperationContext context, Supplier<T> code) {
    OperationContext before = getOperationContext();
    if (before == context) {
      return code.get();
    }
    restoreOperationContext(context);
    try {
      return code.get();
    } finally {
      restoreOperationContext(before);
    }
  }

  /** The subject of this context. */
  public @Nullable AuthorizationContext authorizationContext() {
    return authorizationContext;
  }

  /** The correlation id of this context. */
  public @Nullable String contextId() {
    return contextId;
  }

  /** The transaction of this context. */
  public @Nullable String transactionId() {
    return transactionId;
  }

  OperationContext withAuthorizationContext(@Nullable AuthorizationContext value) {
    return Objects.equals(value, authorizationContext) ? this : of(value, contextId, transactionId);
  }

  OperationContext withContextId(@Nullable String value) {
    return of(authorizationContext, value, transactionId);
  }

  OperationContext withTransactionId(@Nullable String value) {
    return of(authorizationContext, contextId, value);
  }
}
