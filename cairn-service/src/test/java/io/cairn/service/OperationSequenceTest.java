// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationSequenceTest {
  private final List<String> log = new ArrayList<>();
  private final Operation a = get("a");
  private final Operation b = get("b");
  private final Operation c = get("c");

  private static Operation get(String name) {
    return Operation.createGet(URI.create("http://h/" + name));
  }

  /** Answers at once; operations named here fail. */
  private ServiceRequestSender failing(String... names) {
    return op -> {
      String name = UriUtils.getLastPathSegment(op.getUri());
      log.add("sent " + name);
      if (List.of(names).contains(name)) {
        op.fail(new IllegalStateException(name));
      } else {
        op.complete();
      }
    };
  }

  private OperationJoin.JoinedCompletionHandler note(String stage) {
    return (ops, failures) -> log.add(stage + describe(ops, failures));
  }

  private static String describe(Map<Long, Operation> ops, Map<Long, Throwable> failures) {
    return " ops=" + ops.size() + " failures=" + (failures == null ? 0 : failures.size());
  }

  @Test
  void stagesAreSentOneAfterTheOther() {
    Operation[] pending = new Operation[3];
    int[] count = {0};
    OperationSequence.create(a).next(b).next(c).sendWith(op -> pending[count[0]++] = op);

    assertThat(count[0]).isEqualTo(1);
    pending[0].complete();
    assertThat(count[0]).isEqualTo(2);
    pending[1].complete();
    assertThat(pending).containsExactly(a, b, c);
  }

  @Test
  void cumulativeHandlerSeesAllStagesSoFar() {
    OperationSequence.create(a)
        .setCompletion(note("first"))
        .next(b)
        .setCompletion(note("second"))
        .next(c)
        .setCompletion(false, note("third"))
        .sendWith(failing());

    assertThat(log)
        .containsExactly(
            "sent a",
            "first ops=1 failures=0",
            "sent b",
            "second ops=2 failures=0",
            "sent c",
            "third ops=1 failures=0");
  }

  @Test
  void failureSeenByAHandlerEndsTheSequence() {
    OperationSequence.create(a)
        .setCompletion(note("first"))
        .next(b)
        .setCompletion(note("second"))
        .sendWith(failing("a"));

    assertThat(log).containsExactly("sent a", "first ops=1 failures=1");
  }

  @Test
  void failureWithoutHandlerDoesNotEndTheSequence() {
    OperationSequence.create(a).next(b).setCompletion(note("all")).sendWith(failing("a"));

    assertThat(log).containsExactly("sent a", "sent b", "all ops=2 failures=1");
  }

  @Test
  void cumulativeFailureOfAnEarlierStageEndsTheSequence() {
    OperationSequence.create(a)
        .next(b)
        .setCompletion(note("cumulative"))
        .next(c)
        .setCompletion(note("never"))
        .sendWith(failing("a"));

    assertThat(log).containsExactly("sent a", "sent b", "cumulative ops=2 failures=1");
  }

  @Test
  void nonCumulativeHandlerForgivesEarlierFailures() {
    OperationSequence.create(a)
        .next(b)
        .setCompletion(false, note("own"))
        .next(c)
        .setCompletion(note("all"))
        .sendWith(failing("a"));

    assertThat(log)
        .containsExactly(
            "sent a", "sent b", "own ops=1 failures=0", "sent c", "all ops=3 failures=1");
  }

  @Test
  void abortOnFirstFailureGoesStraightToTheLastHandler() {
    OperationSequence.create(a)
        .setCompletion(note("first"))
        .next(b)
        .setCompletion(note("second"))
        .next(c)
        .setCompletion(note("last"))
        .abortOnFirstFailure()
        .sendWith(failing("a"));

    assertThat(log).containsExactly("sent a", "last ops=1 failures=1");
  }

  @Test
  void stageOfSeveralOperationsIsAJoin() {
    OperationSequence.create(OperationJoin.create(a, b))
        .setCompletion(note("joined"))
        .next(c)
        .sendWith(failing());

    assertThat(log).containsExactly("sent a", "sent b", "joined ops=2 failures=0", "sent c");
  }
}
