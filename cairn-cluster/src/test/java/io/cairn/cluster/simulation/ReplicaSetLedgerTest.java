// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaSetLedgerTest {

  private final Verdict verdict = new Verdict();
  private final ReplicaSetLedger ledger = new ReplicaSetLedger("g", verdict);

  @BeforeEach
  void writesOneAndTwoAreApplied() {
    apply("a", 0, 3, 1);
    apply("a", 3, 5, 2);
  }

  private void apply(String node, long previous, long index, long write) {
    ledger.applied(node, previous, index, new Write(write, 0, 0, 0), (int) write, write);
  }

  private void broken(ThrowingCallable action, String what) {
    assertThatThrownBy(action).isInstanceOf(Violation.class).hasMessageContaining(what);
    assertThatThrownBy(verdict::confirm).isInstanceOf(Violation.class);
  }

  @Test
  void sameCommandsInTheSameOrderAreFine() {
    assertThatCode(
            () -> {
              apply("b", 0, 3, 1);
              apply("b", 3, 5, 2);
              ledger.acknowledged(1, 3, 0);
              ledger.read("b", 5, 3);
              ledger.acknowledged(2, 5, 3);
              verdict.confirm();
            })
        .doesNotThrowAnyException();
  }

  @Test
  void anotherCommandAtTheSameIndexIsNoticed() {
    broken(() -> apply("b", 0, 3, 9), "others applied");
  }

  @Test
  void gapIsNoticed() {
    broken(() -> apply("b", 0, 5, 2), "without 3");
  }

  @Test
  void commandThatOthersPassedOverIsNoticed() {
    broken(() -> apply("b", 3, 4, 9), "passed over");
  }

  @Test
  void writeThatTakesEffectTwiceIsNoticed() {
    broken(() -> apply("a", 5, 6, 1), "took effect at 3 and at 6");
  }

  @Test
  void refusedWriteThatTakesEffectIsNoticed() {
    broken(() -> ledger.refused(1), "was refused");
    ledger.refused(7);
    broken(() -> apply("a", 5, 6, 7), "was refused");
  }

  @Test
  void acknowledgementOfWhatIsNotThereIsNoticed() {
    broken(() -> ledger.acknowledged(9, 4, 0), "was acknowledged at 4");
  }

  @Test
  void staleReadIsNoticed() {
    ledger.acknowledged(2, 5, 0);
    broken(() -> ledger.read("b", 3, ledger.frontier()), "saw the state of 3");
  }

  @Test
  void writeOrderedBeforeWhatItsClientHadSeenIsNoticed() {
    broken(() -> ledger.acknowledged(1, 3, 5), "began after 5");
  }

  @Test
  void twoLeadersOfOneTermAreNoticed() {
    ledger.leads("a", 4);
    broken(() -> ledger.leads("b", 4), "both led in term 4");
  }
}
