// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

/**
 * One run of author's code for an operation. An operation that expires ends while its handler still
 * runs: the mailbox goes on only when the handler has returned as well, so that no two handlers of
 * a document ever run at once.
 */
final class HandlerRun {

  private final Runnable done;
  private boolean failed;
  private boolean returned;

  HandlerRun(Runnable done) {
    this.done = done;
  }

  /** The operation has failed, at the hands of the handler or over its head. */
  void failed() {
    synchronized (this) {
      failed = true;
      if (!returned) {
        return;
      }
    }
    done.run();
  }

  /** The handler's method has returned; it may complete the operation later. */
  void returned() {
    synchronized (this) {
      returned = true;
      if (!failed) {
        return;
      }
    }
    done.run();
  }
}
