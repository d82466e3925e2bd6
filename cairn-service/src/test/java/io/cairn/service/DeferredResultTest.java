// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class DeferredResultTest {
  private final List<Object> log = new ArrayList<>();
  private final DeferredResult<String> deferred = new DeferredResult<>();
  private final IllegalStateException broken = new IllegalStateException("broken");

  /** Runs on the spot and says that it was asked to. */
  private final Executor noting =
      task -> {
        log.add("executor");
        task.run();
      };

  @Test
  void valueFlowsThroughTheStages() {
    deferred.thenApply(String::length).thenApply(n -> n + 1).thenAccept(log::add);
    deferred.complete("four");

    assertThat(log).containsExactly(5);
  }

  @Test
  void asyncStagesRunOnTheirExecutor() {
    deferred
        .thenApplyAsync(String::length, noting)
        .thenComposeAsync(n -> DeferredResult.completed(n + 1), noting)
        .thenAcceptAsync(log::add, noting);
    deferred.complete("four");

    assertThat(log).containsExactly("executor", "executor", "executor", 5);
  }

  @Test
  void failureSkipsToWhoeverRecovers() {
    deferred
        .thenApply(String::length)
        .exceptionally(
            e -> {
              log.add(e.getCause());
              return -1;
            })
        .thenAccept(log::add);
    deferred.fail(broken);

    assertThat(log).containsExactly(broken, -1);
  }

  @Test
  void handleSeesEither() {
    deferred.handle((value, e) -> log.add(value + " " + e));
    DeferredResult.<String>failed(broken).handle((value, e) -> log.add(value + " " + e));
    deferred.complete("v");

    assertThat(log).containsExactly("null " + broken, "v null");
  }

  @Test
  void whenCompletePassesOnWhatItSaw() {
    deferred.whenComplete((value, e) -> log.add("saw " + value)).thenAccept(log::add);
    deferred.complete("v");

    assertThat(log).containsExactly("saw v", "v");
  }

  @Test
  void composeWaitsForTheInnerResult() {
    DeferredResult<String> inner = new DeferredResult<>();
    deferred.thenCompose(v -> inner).thenAccept(log::add);
    deferred.complete("outer");
    assertThat(log).isEmpty();

    inner.complete("inner");

    assertThat(log).containsExactly("inner");
  }

  @Test
  void twoResultsCombine() {
    DeferredResult<Integer> other = new DeferredResult<>();
    deferred.thenCombine(other, (s, n) -> s + n).thenAccept(log::add);
    deferred.thenAcceptBoth(other, (s, n) -> log.add(n + s));
    deferred.runAfterBoth(other, () -> log.add("both"));
    deferred.complete("a");
    assertThat(log).isEmpty();

    other.complete(1);

    assertThat(log).containsExactlyInAnyOrder("a1", "1a", "both");
  }

  @Test
  void eitherOfTwoIsEnough() {
    DeferredResult<String> other = new DeferredResult<>();
    deferred.applyToEither(other, s -> s + "!").thenAccept(log::add);
    deferred.acceptEither(other, log::add);
    deferred.runAfterEither(other, () -> log.add("either"));

    other.complete("fast");

    assertThat(log).containsExactlyInAnyOrder("fast!", "fast", "either");
  }

  @Test
  void allOfKeepsTheOrderOfItsParts() {
    DeferredResult<String> second = new DeferredResult<>();
    DeferredResult.allOf(List.of(deferred, second)).thenAccept(log::addAll);

    second.complete("b");
    assertThat(log).isEmpty();
    deferred.complete("a");

    assertThat(log).containsExactly("a", "b");
  }

  @Test
  void allOfFailsIfAnyFails() {
    DeferredResult<List<String>> all =
        DeferredResult.allOf(List.of(DeferredResult.completed("a"), deferred));
    deferred.fail(broken);

    assertThat(all.isCompletedExceptionally()).isTrue();
    assertThat(DeferredResult.allOf(List.<DeferredResult<String>>of()).getNow(null)).isEmpty();
  }

  @Test
  void anyOfTakesTheFirst() {
    DeferredResult<String> second = new DeferredResult<>();
    DeferredResult<String> any = DeferredResult.anyOf(List.of(deferred, second));
    second.complete("b");
    deferred.complete("a");

    assertThat(any.getNow("none")).isEqualTo("b");
  }

  @Test
  void onlyTheFirstOutcomeCounts() {
    assertThat(deferred.isDone()).isFalse();
    assertThat(deferred.getNow("none")).isEqualTo("none");
    assertThat(deferred.complete("a")).isTrue();
    assertThat(deferred.complete("b")).isFalse();
    assertThat(deferred.fail(broken)).isFalse();
    assertThat(deferred.getNow("none")).isEqualTo("a");
    assertThat(deferred.isDone()).isTrue();
  }

  @Test
  void stageViewFollowsButDoesNotLead() {
    deferred.toCompletionStage().thenAccept(log::add);
    deferred.toCompletionStage().toCompletableFuture().complete("forged");
    deferred.complete("real");

    assertThat(log).containsExactly("real");
    assertThat(new DeferredResult<>(deferred.toCompletionStage()).getNow("none")).isEqualTo("real");
  }

  @Test
  void operationIsNotifiedOfTheValue() {
    Operation op = new Operation().setCompletion((o, e) -> log.add(o.getBodyRaw()));
    deferred.whenCompleteNotify(op);
    deferred.complete("body");

    assertThat(log).containsExactly("body");
  }

  @Test
  void operationIsFailedWithTheCause() {
    Operation op = new Operation().setCompletion((o, e) -> log.add(e));
    deferred
        .<String>thenApply(
            v -> {
              throw new IllegalArgumentException("invalid");
            })
        .whenCompleteNotify(op);
    deferred.complete("v");

    assertThat(op.getStatusCode()).isEqualTo(400);
    assertThat(log).singleElement().isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherResultIsNotified() {
    DeferredResult<String> other = new DeferredResult<>();
    deferred.whenCompleteNotify(other);
    deferred.complete("v");
    assertThat(other.getNow("none")).isEqualTo("v");
  }

  @Test
  void stagesRunInTheContextThatAttachedThem() throws InterruptedException {
    OperationContext.setContextId("mine");
    try {
      deferred.thenApply(v -> OperationContext.getContextId()).thenAccept(log::add);
      deferred.whenComplete((v, e) -> log.add(OperationContext.getContextId()));
    } finally {
      OperationContext.reset();
    }

    Thread.ofVirtual()
        .start(
            () -> {
              OperationContext.setContextId("theirs");
              deferred.complete("v");
              log.add(OperationContext.getContextId());
            })
        .join();

    assertThat(log).containsExactlyInAnyOrder("mine", "mine", "theirs");
    assertThat(log.getLast()).isEqualTo("theirs");
  }

  // ---- sending

  private static Operation get() {
    return Operation.createGet(URI.create("http://h/a"));
  }

  @Test
  void sendingGivesTheAnswerAfterTheOwnHandler() {
    ServiceRequestSender answering = op -> op.setBody("{\"documentVersion\":7}").complete();
    Operation op = get().setCompletion((o, e) -> log.add("own"));

    answering.sendWithDeferredResult(op).thenAccept(o -> log.add(o.getId()));

    assertThat(log).containsExactly("own", op.getId());
  }

  @Test
  void sendingGivesTheTypedBody() {
    ServiceRequestSender answering = op -> op.setBody("{\"documentVersion\":7}").complete();

    answering
        .sendWithDeferredResult(get(), io.cairn.document.ServiceDocument.class)
        .thenAccept(document -> log.add(document.documentVersion));

    assertThat(log).containsExactly(7L);
  }

  @Test
  void sendingFailsAsTheOperationFails() {
    ServiceRequestSender failing = op -> op.fail(broken);

    failing.sendWithDeferredResult(get()).whenComplete((o, e) -> log.add(e));

    assertThat(log).containsExactly(broken);
  }

  @Test
  void unreadableAnswerFailsTheTypedResult() {
    ServiceRequestSender answering = op -> op.setBody("no json }").complete();

    answering
        .sendWithDeferredResult(get(), io.cairn.document.ServiceDocument.class)
        .whenComplete((o, e) -> log.add(e));

    assertThat(log).singleElement().isInstanceOf(CompletionException.class);
  }
}
