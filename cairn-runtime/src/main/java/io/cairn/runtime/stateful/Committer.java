// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last step of every change: through the log, then visible, then answered, then published.
 *
 * <p>The commit ends on the group's own thread, where nothing may block. An operation that came
 * from the network is answered right there; one with author's code behind it completes on a thread
 * of its own.
 */
final class Committer {

  private final Executor handlers;
  private final CommitListener listener;

  Committer(Executor handlers, CommitListener listener) {
    this.handlers = handlers;
    this.listener = listener;
  }

  /**
   * One change on its way.
   *
   * @param instance the document
   * @param service the object that handled it
   * @param op the request
   * @param command the change
   * @param next the version that the change makes
   * @param created whether this begins the document's life
   * @param applied what becomes so with the change, before anybody hears of it
   * @param turn ends when the change is committed, or is not
   * @param then what is left to do by then
   */
  record Step(
      StatefulInstance instance,
      StatefulService service,
      Operation op,
      DocumentCommand command,
      DocumentVersion next,
      boolean created,
      Runnable applied,
      Turn turn,
      Supplier<WorkOutcome> then) {

    /** Whether the next update may begin from this one before it is committed. */
    boolean isFollowed() {
      return !created && !next.isTombstone() && instance.documents().isDurable();
    }
  }

  WorkOutcome commit(Step step) {
    if (!step.op().tryCommit()) {
      return step.then().get();
    }
    if (!step.isFollowed()) {
      propose(step);
      return WorkOutcome.Plain.PENDING;
    }
    step.instance().ahead().propose(step.next());
    step.turn().proposes();
    try {
      propose(step);
    } finally {
      step.turn().proposed();
    }
    return WorkOutcome.Plain.PENDING;
  }

  private void propose(Step step) {
    listener.proposing(step.next(), step.op());
    step.instance()
        .documents()
        .commit(step.command())
        .whenComplete((outcome, failure) -> finished(step, outcome, failure));
  }

  private void finished(Step step, @Nullable CommandOutcome outcome, @Nullable Throwable failure) {
    if (failure != null) {
      refused(step, DocumentFailures.notCommitted(failure));
    } else if (outcome instanceof CommandOutcome.Conflict conflict) {
      refused(step, DocumentFailures.conflict(step.command(), conflict, step.turn().isAhead()));
    } else {
      applied(step);
    }
  }

  private void refused(Step step, WorkOutcome failed) {
    step.instance().forgetState();
    step.instance().ahead().settled(step.next(), false);
    answer(step.op(), () -> failed.answer(step.op(), step.instance().link()));
    step.turn().endWith(step.then());
  }

  private void applied(Step step) {
    Operation op = step.op();
    step.instance().committed(step.next());
    step.instance().ahead().settled(step.next(), true);
    step.applied().run();
    CommitListener.Change change =
        new CommitListener.Change(
            step.service(),
            step.instance().factory(),
            step.instance().model(),
            step.next(),
            step.created());
    answer(
        op,
        () -> {
          Responses.updated(op, step.next());
          op.complete();
        });
    listener.committed(change, op);
    step.turn().endWith(step.then());
  }

  private void answer(Operation op, Runnable answer) {
    if (op.isRemote()) {
      answer.run();
    } else {
      handlers.execute(answer);
    }
  }
}
