// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that arrives later, without any way to block for it. It behaves as {@link
 * CompletableFuture} does; in addition each stage runs with the {@link OperationContext} of the
 * thread that attached it. Thread-safe.
 *
 * @param <T> type of the value
 */
public final class DeferredResult<T> {
  private final CompletableFuture<T> future;

  /** An incomplete result: somebody calls {@link #complete} or {@link #fail}. */
  public DeferredResult() {
    this(new CompletableFuture<>());
  }

  /** A result that follows {@code stage}. */
  public DeferredResult(CompletionStage<T> stage) {
    this.future = stage.toCompletableFuture();
  }

  /** A result that already has its value. */
  public static <T> DeferredResult<T> completed(T value) {
    return new DeferredResult<>(CompletableFuture.completedFuture(value));
  }

  /** A result that already failed. */
  public static <T> DeferredResult<T> failed(Throwable failure) {
    return new DeferredResult<>(CompletableFuture.failedFuture(failure));
  }

  /** All values in the order of {@code results}, once all arrived; fails if any of them failed. */
  public static <T> DeferredResult<List<T>> allOf(List<DeferredResult<T>> results) {
    CompletableFuture<?>[] futures =
        results.stream().map(r -> r.future).toArray(CompletableFuture[]::new);
    return new DeferredResult<>(
        CompletableFuture.allOf(futures)
            .thenApply(ignored -> results.stream().map(r -> r.future.join()).toList()));
  }

  /** Finishes when all of {@code results} have; fails if any of them failed. */
  public static DeferredResult<Void> allOf(DeferredResult<?>... results) {
    return new DeferredResult<>(
        CompletableFuture.allOf(
            Arrays.stream(results).map(r -> r.future).toArray(CompletableFuture[]::new)));
  }

  /** As the form with a list, of results of any type. */
  public static DeferredResult<Object> anyOf(DeferredResult<?>... results) {
    return new DeferredResult<>(
        CompletableFuture.anyOf(
            Arrays.stream(results).map(r -> r.future).toArray(CompletableFuture[]::new)));
  }

  /** The first of {@code results} to finish, value or failure; never finishes for an empty list. */
  public static <T> DeferredResult<T> anyOf(List<DeferredResult<T>> results) {
    CompletableFuture<T> first = new CompletableFuture<>();
    for (DeferredResult<T> result : results) {
      result.whenCompleteNotify(new DeferredResult<>(first));
    }
    return new DeferredResult<>(first);
  }

  private static <T> void settle(
      CompletableFuture<T> target, T value, @Nullable Throwable failure) {
    if (failure != null) {
      target.completeExceptionally(failure);
    } else {
      target.complete(value);
    }
  }

  public <U> DeferredResult<U> thenApply(Function<? super T, ? extends U> fn) {
    return new DeferredResult<>(future.thenApply(computingInContext(fn)));
  }

  public <U> DeferredResult<U> thenApplyAsync(
      Function<? super T, ? extends U> fn, Executor executor) {
    return new DeferredResult<>(future.thenApplyAsync(computingInContext(fn), executor));
  }

  public DeferredResult<Void> thenAccept(Consumer<? super T> action) {
    return new DeferredResult<>(future.thenAccept(inContext(action)));
  }

  public DeferredResult<Void> thenAcceptAsync(Consumer<? super T> action, Executor executor) {
    return new DeferredResult<>(future.thenAcceptAsync(inContext(action), executor));
  }

  public DeferredResult<Void> thenRun(Runnable action) {
    return new DeferredResult<>(future.thenRun(inContext(action)));
  }

  public DeferredResult<Void> thenRunAsync(Runnable action, Executor executor) {
    return new DeferredResult<>(future.thenRunAsync(inContext(action), executor));
  }

  public <U, V> DeferredResult<V> thenCombine(
      DeferredResult<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
    return new DeferredResult<>(future.thenCombine(other.future, computingInContext(fn)));
  }

  public <U, V> DeferredResult<V> thenCombineAsync(
      DeferredResult<? extends U> other,
      BiFunction<? super T, ? super U, ? extends V> fn,
      Executor executor) {
    return new DeferredResult<>(
        future.thenCombineAsync(other.future, computingInContext(fn), executor));
  }

  public <U> DeferredResult<Void> thenAcceptBoth(
      DeferredResult<? extends U> other, BiConsumer<? super T, ? super U> action) {
    return new DeferredResult<>(future.thenAcceptBoth(other.future, inContext(action)));
  }

  public <U> DeferredResult<Void> thenAcceptBothAsync(
      DeferredResult<? extends U> other,
      BiConsumer<? super T, ? super U> action,
      Executor executor) {
    return new DeferredResult<>(
        future.thenAcceptBothAsync(other.future, inContext(action), executor));
  }

  public DeferredResult<Void> runAfterBoth(DeferredResult<?> other, Runnable action) {
    return new DeferredResult<>(future.runAfterBoth(other.future, inContext(action)));
  }

  public DeferredResult<Void> runAfterBothAsync(
      DeferredResult<?> other, Runnable action, Executor executor) {
    return new DeferredResult<>(
        future.runAfterBothAsync(other.future, inContext(action), executor));
  }

  public <U> DeferredResult<U> applyToEither(
      DeferredResult<? extends T> other, Function<? super T, U> fn) {
    return new DeferredResult<>(future.applyToEither(other.future, computingInContext(fn)));
  }

  public <U> DeferredResult<U> applyToEitherAsync(
      DeferredResult<? extends T> other, Function<? super T, U> fn, Executor executor) {
    return new DeferredResult<>(
        future.applyToEitherAsync(other.future, computingInContext(fn), executor));
  }

  public DeferredResult<Void> acceptEitherAsync(
      DeferredResult<? extends T> other, Consumer<? super T> action, Executor executor) {
    return new DeferredResult<>(
        future.acceptEitherAsync(other.future, inContext(action), executor));
  }

  public DeferredResult<Void> acceptEither(
      DeferredResult<? extends T> other, Consumer<? super T> action) {
    return new DeferredResult<>(future.acceptEither(other.future, inContext(action)));
  }

  public DeferredResult<Void> runAfterEither(DeferredResult<?> other, Runnable action) {
    return new DeferredResult<>(future.runAfterEither(other.future, inContext(action)));
  }

  public DeferredResult<Void> runAfterEitherAsync(
      DeferredResult<?> other, Runnable action, Executor executor) {
    return new DeferredResult<>(
        future.runAfterEitherAsync(other.future, inContext(action), executor));
  }

  public <U> DeferredResult<U> thenCompose(Function<? super T, DeferredResult<U>> fn) {
    Function<T, DeferredResult<U>> bound = computingInContext(fn);
    return new DeferredResult<>(future.thenCompose(value -> bound.apply(value).future));
  }

  public <U> DeferredResult<U> thenComposeAsync(
      Function<? super T, DeferredResult<U>> fn, Executor executor) {
    Function<T, DeferredResult<U>> bound = computingInContext(fn);
    return new DeferredResult<>(
        future.thenComposeAsync(value -> bound.apply(value).future, executor));
  }

  /** Recovers: {@code fn} gives the value in place of the failure. */
  public DeferredResult<T> exceptionally(Function<Throwable, ? extends T> fn) {
    return new DeferredResult<>(future.exceptionally(computingInContext(fn)));
  }

  /** Looks at value or failure (the other one is null) and passes it on unchanged. */
  public DeferredResult<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
    return new DeferredResult<>(future.whenComplete(inContext(action)));
  }

  public DeferredResult<T> whenCompleteAsync(
      BiConsumer<? super T, ? super Throwable> action, Executor executor) {
    return new DeferredResult<>(future.whenCompleteAsync(inContext(action), executor));
  }

  /** Completes {@code op} with the value as its body, or fails it. */
  public DeferredResult<T> whenCompleteNotify(Operation op) {
    return whenComplete(
        (value, failure) -> {
          if (failure != null) {
            op.fail(unwrap(failure));
            return;
          }
          if (value instanceof Operation answered) {
            op.setBodyNoCloning(answered.getBodyRaw());
          } else if (value != null) {
            op.setBodyNoCloning(value);
          }
          op.complete();
        });
  }

  /** Follows another result: finishes {@code other} as this one finishes. */
  public DeferredResult<T> whenCompleteNotify(DeferredResult<T> other) {
    return whenComplete((value, failure) -> settle(other.future, value, failure));
  }

  public <U> DeferredResult<U> handle(BiFunction<? super T, Throwable, ? extends U> fn) {
    return new DeferredResult<>(future.handle(computingInContext(fn)));
  }

  public <U> DeferredResult<U> handleAsync(
      BiFunction<? super T, Throwable, ? extends U> fn, Executor executor) {
    return new DeferredResult<>(future.handleAsync(computingInContext(fn), executor));
  }

  /** The value if it is there, else {@code valueIfAbsent}; throws if it failed. */
  public T getNow(T valueIfAbsent) {
    return future.getNow(valueIfAbsent);
  }

  /** Delivers the value; false if it was already finished. */
  public boolean complete(T value) {
    return future.complete(value);
  }

  /** Delivers a failure; false if it was already finished. */
  public boolean fail(Throwable failure) {
    return future.completeExceptionally(failure);
  }

  public boolean isDone() {
    return future.isDone();
  }

  public boolean isCompletedExceptionally() {
    return future.isCompletedExceptionally();
  }

  /** A view for code that speaks the JDK's interface; completing it does not complete this. */
  public CompletionStage<T> toCompletionStage() {
    return future.minimalCompletionStage();
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Runnable inContext(Runnable action) {
    OperationContext context = OperationContext.getOperationContext();
    return () -> OperationContext.run(context, action);
  }

  private static <A> Consumer<A> inContext(Consumer<? super A> action) {
    OperationContext context = OperationContext.getOperationContext();
    return a -> OperationContext.run(context, () -> action.accept(a));
  }

  private static <A, B> BiConsumer<A, B> inContext(BiConsumer<? super A, ? super B> action) {
    OperationContext context = OperationContext.getOperationContext();
    return (a, b) -> OperationContext.run(context, () -> action.accept(a, b));
  }

  private static <A, R> Function<A, R> computingInContext(Function<? super A, ? extends R> fn) {
    OperationContext context = OperationContext.getOperationContext();
    return a -> OperationContext.call(context, () -> fn.apply(a));
  }

  private static <A, B, R> BiFunction<A, B, R> computingInContext(
      BiFunction<? super A, ? super B, ? extends R> fn) {
    OperationContext context = OperationContext.getOperationContext();
    return (a, b) -> OperationContext.call(context, () -> fn.apply(a, b));
  }
}
