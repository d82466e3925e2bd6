// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import static io.cairn.testkit.history.Calls.DONE;
import static io.cairn.testkit.history.Calls.REFUSED;
import static io.cairn.testkit.history.Calls.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.history.Verdict.NotLinearizable;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {

  private static final Action.Write WRITE_A = new Action.Write("a");
  private static final Action INCREMENT = new Action.Increment(1);

  @Test
  void oneCallAfterTheOtherIsLinearizable() {
    assertThat(Calls.ofDocument().write(0, 1, "a").read(2, 3, "a").write(4, 5, "b").read(6, 7, "b"))
        .matches(calls -> calls.check().isLinearizable());
  }

  @Test
  void readsDuringAWriteMaySeeOldAndThenNew() {
    Calls during = Calls.ofDocument().write(0, 10, "a").read(1, 2, "first").read(3, 4, "a");
    assertThat(during.check().isLinearizable()).isTrue();
  }

  @Test
  void readsDuringAWriteMayNotSeeNewAndThenOld() {
    Calls during = Calls.ofDocument().write(0, 10, "a").read(1, 2, "a").read(3, 4, "first");
    assertThat(during.check()).isInstanceOf(NotLinearizable.class);
  }

  @Test
  void aStaleReadIsFoundAndExplainedByTheCallsThatMakeItStale() {
    Calls stale =
        Calls.ofDocument()
            .write(0, 1, "a")
            .read(2, 3, "a")
            .write(4, 5, "b")
            .read(6, 7, "b")
            .read(8, 9, "a")
            .write(10, 11, "c");
    assertThat(stale.check())
        .isInstanceOfSatisfying(
            NotLinearizable.class,
            verdict -> {
              assertThat(verdict.prefix()).hasSize(6);
              assertThat(verdict.core()).doesNotContain(stale.list().getFirst());
              assertThat(verdict.core()).contains(stale.list().get(1), stale.list().get(5));
              assertThat(verdict.toString()).contains("client 5: read -> done: a");
            });
  }

  @Test
  void aLostUpdateIsFound() {
    Calls lost = Calls.ofDocument().increment(0, 5).increment(1, 6).readCounter(7, 8, 1);
    assertThat(lost.check()).isInstanceOf(NotLinearizable.class);
  }

  @Test
  void anIncrementThatWasAppliedTwiceIsFound() {
    Calls twice = Calls.ofDocument().increment(0, 1).readCounter(2, 3, 2);
    assertThat(twice.check()).isInstanceOf(NotLinearizable.class);
    Calls unknown = Calls.ofDocument().call(0, 1, INCREMENT, UNKNOWN).readCounter(2, 3, 2);
    assertThat(unknown.check()).isInstanceOf(NotLinearizable.class);
  }

  @Test
  void aReadOfARefusedWriteIsFoundAndNamesTheWrite() {
    Calls dirty = Calls.ofDocument().call(0, 1, WRITE_A, REFUSED).read(2, 3, "a");
    assertThat(dirty.check())
        .isInstanceOfSatisfying(
            NotLinearizable.class,
            verdict -> assertThat(verdict.core()).containsAll(dirty.list().subList(1, 3)));
  }

  @Test
  void aValueThatCameBackIsFound() {
    Calls resurrected =
        Calls.ofDocument()
            .call(0, 1, new Action.Delete(), DONE)
            .readNothing(2, 3)
            .read(4, 5, "first");
    assertThat(resurrected.check()).isInstanceOf(NotLinearizable.class);
  }

  @Test
  void anUnknownWriteMayHappenLateOnceOrNever() {
    Calls late =
        Calls.ofDocument()
            .call(0, 1, WRITE_A, UNKNOWN)
            .read(2, 3, "first")
            .write(4, 5, "b")
            .read(6, 7, "b")
            .read(8, 9, "a");
    assertThat(late.check().isLinearizable()).isTrue();
    assertThat(late.write(10, 11, "c").read(12, 13, "a").check())
        .isInstanceOf(NotLinearizable.class);
    Calls never = Calls.ofDocument().call(0, 1, WRITE_A, UNKNOWN).read(2, 3, "first");
    assertThat(never.check().isLinearizable()).isTrue();
  }

  @Test
  void anUnknownWriteDoesNotHappenBeforeItIsAskedFor() {
    Calls early = Calls.ofDocument().read(0, 1, "a").call(2, 3, WRITE_A, UNKNOWN);
    assertThat(early.check()).isInstanceOf(NotLinearizable.class);
  }

  @Test
  void anUnknownDeleteExplainsAbsence() {
    Calls deleted = Calls.ofDocument().call(0, 1, new Action.Delete(), UNKNOWN).readNothing(2, 3);
    assertThat(deleted.check().isLinearizable()).isTrue();
    assertThat(Calls.ofDocument().readNothing(2, 3).check()).isInstanceOf(NotLinearizable.class);
  }

  @Test
  void aConditionalWriteHoldsItsCondition() {
    DocumentState first = DocumentState.of("first", 0, 0);
    Action swap = new Action.ConditionalWrite("b", first);
    assertThat(Calls.ofDocument().call(0, 1, swap, DONE).read(2, 3, "b").check().isLinearizable())
        .isTrue();
    assertThat(Calls.ofDocument().write(0, 1, "a").call(2, 3, swap, DONE).check())
        .isInstanceOf(NotLinearizable.class);
    assertThat(Calls.ofDocument().call(2, 3, swap, new Result.Mismatch()).check())
        .isInstanceOf(NotLinearizable.class);
    Calls deleted = Calls.ofDocument().call(0, 1, new Action.Delete(), DONE);
    assertThat(deleted.call(2, 3, swap, new Result.Mismatch()).check().isLinearizable()).isTrue();
  }

  @Test
  void versionsThatDoNotCountUpAreFound() {
    Result third = new Result.Done(new Seen(null, null, 3L));
    assertThat(Calls.ofDocument().call(0, 1, WRITE_A, third).check())
        .isInstanceOf(NotLinearizable.class);
    assertThat(
            Calls.ofDocument()
                .increment(-1, 0)
                .call(0, 1, INCREMENT, UNKNOWN)
                .call(0, 2, WRITE_A, third)
                .check()
                .isLinearizable())
        .isTrue();
  }

  @Test
  void aSearchBeyondItsBudgetIsUndecided() {
    Calls calls = Calls.ofDocument();
    for (int i = 0; i < 12; i++) {
      calls.call(0, 100, new Action.Increment(1 << i), DONE);
    }
    Verdict verdict =
        new LinearizabilityChecker(100).check("/d", calls.readCounter(101, 102, 1).list());
    assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
  }
}
