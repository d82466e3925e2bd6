// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

/**
 * Something that must be alone with an instance: an update, a creation, a stop. Runs on a virtual
 * thread, may finish later on any thread.
 */
interface Work {

  /**
   * Does the work. The mailbox hands out the next work only after {@code done} ran.
   *
   * @param instance the instance that this work is alone with
   * @param done to be run exactly once, when the instance may go on
   */
  void run(StatefulInstance instance, Runnable done);

  /** Ends the work that {@link #run} threw out of. */
  void fail(Throwable failure);

  /** Refuses the work, because the mailbox is full. */
  void refuse(int limit);
}
