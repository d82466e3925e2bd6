// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperationJoinTest {
  private final List<Operation> sent = new ArrayList<>();
  private final ServiceRequestSender manual = sent::add;

  private static Operation get(int i) {
    return Operation.createGet(URI.create("http://h/" + i));
  }

  private static List<Operation> gets(int count) {
    return IntStream.range(0, count).mapToObj(OperationJoinTest::get).toList();
  }

  @Test
  void handlerRunsOnceAllHaveEnded() {
    List<Operation> ops = gets(3);
    AtomicReference<Map<Long, Operation>> result = new AtomicReference<>();
    OperationJoin.create(ops)
        .setCompletion(
            (all, failures) -> {
              assertThat(failures).isNull();
              result.set(all);
            })
        .sendWith(manual);
    assertThat(sent).containsExactlyElementsOf(ops);

    ops.get(2).complete();
    ops.get(0).complete();
    assertThat(result).hasNullValue();
    ops.get(1).complete();

    assertThat(result.get().values()).containsExactlyElementsOf(ops);
  }

  @Test
  void failuresAreKeyedByOperation() {
    List<Operation> ops = gets(3);
    AtomicReference<Map<Long, Throwable>> result = new AtomicReference<>();
    OperationJoin join = OperationJoin.create(ops.stream());
    join.setCompletion((all, failures) -> result.set(failures)).sendWith(manual);

    ops.get(0).complete();
    ops.get(1).fail(new IllegalStateException("one"));
    ops.get(2).fail(new IllegalStateException("two"));

    assertThat(result.get()).containsOnlyKeys(ops.get(1).getId(), ops.get(2).getId());
    assertThat(join.getFailures()).hasSize(2);
    assertThat(join.getOperation(ops.get(0).getId())).isSameAs(ops.get(0));
  }

  @Test
  void ownCompletionRunsBeforeTheJoins() {
    List<String> order = new ArrayList<>();
    Operation op = get(0).setCompletion((o, e) -> order.add("own"));
    OperationJoin.create(op).setCompletion((all, failures) -> order.add("join")).sendWith(manual);

    op.complete();

    assertThat(order).containsExactly("own", "join");
  }

  @Test
  void ownCompletionThatThrowsDoesNotHoldUpTheJoin() {
    List<String> order = new ArrayList<>();
    Operation op =
        get(0)
            .setCompletion(
                (o, e) -> {
                  throw new IllegalStateException("own handler is broken");
                });
    OperationJoin.create(op).setCompletion((all, failures) -> order.add("join")).sendWith(manual);

    op.complete();

    assertThat(order).containsExactly("join");
  }

  @Test
  void batchSizeBoundsWhatIsOnItsWay() {
    List<Operation> ops = gets(10);
    List<String> ended = new ArrayList<>();
    OperationJoin.create(ops)
        .setCompletion((all, failures) -> ended.add("all"))
        .sendWith(manual, 4);
    assertThat(sent).hasSize(4);

    for (int i = 0; i < 10; i++) {
      assertThat(sent.size() - i).isLessThanOrEqualTo(4);
      sent.get(i).complete();
    }

    assertThat(sent).containsExactlyElementsOf(ops);
    assertThat(ended).containsExactly("all");
  }

  @Test
  void batchGoesOnAfterFailures() {
    List<Operation> ops = gets(5);
    AtomicReference<Map<Long, Throwable>> result = new AtomicReference<>();
    OperationJoin.create(ops)
        .setCompletion((all, failures) -> result.set(failures))
        .sendWith(op -> op.fail(new IllegalStateException("x")), 1);

    assertThat(result.get()).hasSize(5);
  }

  @Test
  void batchLargerThanTheJoinSendsAll() {
    OperationJoin.create(gets(2)).sendWith(manual, 100);
    assertThat(sent).hasSize(2);
  }

  @Test
  void nonsenseIsRefused() {
    Operation op = get(0);
    assertThatIllegalArgumentException().isThrownBy(() -> OperationJoin.create(op, op));
    assertThatIllegalArgumentException().isThrownBy(() -> OperationJoin.create(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> OperationJoin.create(Stream.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OperationJoin.create(op).sendWith(manual, 0));
  }

  @Test
  void handlerRunsInTheContextThatMadeTheJoin() {
    OperationContext.setContextId("maker");
    Operation op = get(0);
    List<String> seen = new ArrayList<>();
    OperationJoin join;
    try {
      join = OperationJoin.create(op);
    } finally {
      OperationContext.reset();
    }
    join.setCompletion((all, failures) -> seen.add(OperationContext.getContextId()));
    join.sendWith(manual);

    op.setContextId("answer").complete();

    assertThat(seen).containsExactly("maker");
    assertThat(OperationContext.getContextId()).isNull();
  }

  @Test
  void transactionCoversAllOperations() {
    List<Operation> ops = gets(2);
    OperationJoin.create(ops).setTransactionId("tx");
    assertThat(ops).allMatch(op -> "tx".equals(op.getTransactionId()));
  }

  @Test
  void answersFromManyThreadsAreAllCounted() throws InterruptedException {
    List<Operation> ops = gets(500);
    List<Thread> threads = new ArrayList<>();
    AtomicReference<Map<Long, Operation>> result = new AtomicReference<>();
    OperationJoin.create(ops)
        .setCompletion((all, failures) -> result.set(all))
        .sendWith(
            op -> {
              Thread thread = Thread.ofVirtual().unstarted(op::complete);
              threads.add(thread);
            });
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(result.get()).hasSize(500);
  }
}
