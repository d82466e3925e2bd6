// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CompletionTest {
  private final Operation op = new Operation();
  private final List<String> order = new ArrayList<>();

  private Operation.CompletionHandler step(String name) {
    return (o, e) -> {
      order.add(e == null ? name : name + "!" + e.getMessage());
      if (e != null) {
        o.fail(e);
      } else {
        o.complete();
      }
    };
  }

  private Operation.CompletionHandler last(String name) {
    return (o, e) -> order.add(e == null ? name : name + "!" + e.getMessage());
  }

  @Test
  void nestedCompletionsRunLastInFirstOut() {
    op.setCompletion(last("first"));
    op.nestCompletion(step("second"));
    op.nestCompletion(step("third"));

    op.complete();

    assertThat(order).containsExactly("third", "second", "first");
  }

  @Test
  void appendedCompletionsRunFirstInFirstOut() {
    op.setCompletion(step("first"));
    op.appendCompletion(step("second"));
    op.appendCompletion(last("third"));

    op.complete();

    assertThat(order).containsExactly("first", "second", "third");
  }

  @Test
  void nestedAndAppendedCompletionsKeepTheirSides() {
    op.setCompletion(step("middle"));
    op.appendCompletion(last("end"));
    op.nestCompletion(step("begin"));

    op.complete();

    assertThat(order).containsExactly("begin", "middle", "end");
  }

  @Test
  void failurePassesThroughEveryHandler() {
    op.setCompletion(last("outer"));
    op.nestCompletion(step("inner"));

    op.fail(new IllegalStateException("x"));

    assertThat(order).containsExactly("inner!x", "outer!x");
  }

  @Test
  void nestedHandlerMayTurnFailureIntoSuccess() {
    op.setCompletion(last("outer"));
    op.nestCompletion(
        (o, e) -> {
          order.add("recovered");
          o.complete();
        });

    op.fail(new IllegalStateException("x"));

    assertThat(order).containsExactly("recovered", "outer");
  }

  @Test
  void successHandlerIsSkippedByAFailure() {
    op.setCompletion(last("outer"));
    op.nestCompletion(
        o -> {
          order.add("inner");
          o.complete();
        });

    op.fail(new IllegalStateException("x"));
    assertThat(order).containsExactly("outer!x");
  }

  @Test
  void successHandlerRunsOnSuccess() {
    op.setCompletion(last("outer"));
    op.nestCompletion(
        o -> {
          order.add("inner");
          o.complete();
        });

    op.complete();

    assertThat(order).containsExactly("inner", "outer");
  }

  @Test
  void nestedHandlersHoldForAClone() {
    op.setCompletion(last("outer"));
    op.nestCompletionCloneSafe(step("inner"));

    op.clone().complete();

    assertThat(order).containsExactly("inner", "outer");
  }

  @Test
  void secondCompletionIsIgnored() {
    op.setCompletion(last("done"));

    op.complete();
    op.complete();
    op.fail(new IllegalStateException("late"));

    assertThat(order).containsExactly("done");
  }

  @Test
  void setCompletionReplacesEarlierHandlersAndRearms() {
    op.setCompletion(last("old"));
    op.setCompletion(last("new"));
    op.complete();
    op.setCompletion(last("again"));
    op.complete();

    assertThat(order).containsExactly("new", "again");
  }

  @Test
  void pairOfHandlersSplitsSuccessAndFailure() {
    op.setCompletion(o -> order.add("good"), (o, e) -> order.add("bad"));
    op.complete();
    op.setCompletion(o -> order.add("good"), (o, e) -> order.add("bad"));
    op.fail(new IllegalStateException("x"));

    assertThat(order).containsExactly("good", "bad");
  }

  @Test
  void throwingHandlerDoesNotReachWhoeverCompletes() {
    op.setCompletion(
        (o, e) -> {
          order.add("ran");
          throw new IllegalStateException("handler is broken");
        });

    op.complete();

    assertThat(order).containsExactly("ran");
  }

  @Test
  void handlerRunsInTheOperationsContextAndTheCallersComesBack() {
    op.setContextId("of the operation");
    op.setCompletion((o, e) -> order.add(OperationContext.getContextId()));
    OperationContext.setContextId("of the caller");
    try {
      op.complete();
      assertThat(order).containsExactly("of the operation");
      assertThat(OperationContext.getContextId()).isEqualTo("of the caller");
    } finally {
      OperationContext.reset();
    }
  }

  @Test
  void oneOfManyRacingCompletionsWins() throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      AtomicInteger runs = new AtomicInteger();
      Operation raced = new Operation();
      raced.setCompletion((o, e) -> runs.incrementAndGet());
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  await(start);
                  raced.complete();
                }));
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(runs).hasValue(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
