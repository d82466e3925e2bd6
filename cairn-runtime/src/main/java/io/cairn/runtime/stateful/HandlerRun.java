// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

/**
 * One run of author's code for an operation. An operation that expires ends while its handler still
 * runs: its turn ends only when the handler has returned as well, so that no two handlers of a
 * document ever run at once.
 */
final class HandlerRun {

  private final Turn turn;
  private boolean failed;
  private boolean returned;

  HandlerRun(Turn turn) {
    this.turn = turn;
  }

  /** The operation has failed, at the hands of the handler or over its head. */
  void failed() {
    synchronized (this) {
      failed = true;
      if (!returned) {
        return;
      }
    }
    turn.end(WorkOutcome.Plain.DONE);
  }

  /** The handler's method has returned; it may complete the operation later. */
  WorkOutcome returned() {
    synchronized (this) {
      returned = true;
      return failed ? WorkOutcome.Plain.DONE : WorkOutcome.Plain.PENDING;
    }
  }
}
