// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

/**
 * Something that must be alone with an instance: an update, a creation, a stop. Runs on a virtual
 * thread unless it is prompt, may finish later on any thread.
 */
interface Work {

  /**
   * Does the work. The mailbox hands out the next work only when the turn has ended.
   *
   * @param instance the instance that this work is alone with
   * @param turn ends with the outcome, if that is {@link WorkOutcome.Plain#PENDING} on return
   */
  WorkOutcome run(StatefulInstance instance, Turn turn);

  /**
   * Whether {@link #run} certainly returns soon, without waiting and without telling anybody but
   * its turn. Such work needs no thread of its own, and may begin from an update that is not
   * committed yet. Asked when the work is alone with the instance.
   */
  default boolean isPrompt(StatefulInstance instance) {
    return false;
  }

  /** Tells whoever waits what the work has come to, if that was not told. */
  void answer(WorkOutcome outcome);
}
