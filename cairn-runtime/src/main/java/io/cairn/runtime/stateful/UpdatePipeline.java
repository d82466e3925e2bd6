// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.schema.StateSchema;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a PUT, PATCH, POST or DELETE through an existing instance: load, activate, check
 * preconditions, run filters and the handler on a copy of the state, commit what the handler left.
 *
 * <p>Nothing is visible to anybody before the commit: a handler that fails, or a commit that is
 * refused, leaves the instance as it was.
 */
final class UpdatePipeline {

  private final Activation activation;
  private final StateWriter writer;
  private final Committer committer;
  private final DocumentGuard guard;

  UpdatePipeline(
      Activation activation, StateWriter writer, Committer committer, DocumentGuard guard) {
    this.guard = guard;
    this.activation = activation;
    this.writer = writer;
    this.committer = committer;
  }

  WorkOutcome run(StatefulInstance instance, Operation op, Turn turn) {
    WorkOutcome outcome =
        activation.started(
            instance, op, turn, (service, current) -> handle(instance, service, current, op, turn));
    if (Thread.currentThread().isVirtual()) {
      instance.model().prompt().handled(); // may block; the client is answered meanwhile
    }
    return outcome;
  }

  private WorkOutcome handle(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion current,
      Operation op,
      Turn turn) {
    WorkOutcome refused = begin(instance, current, op);
    if (refused != null) {
      return refused;
    }
    HandlerRun handler = new HandlerRun(turn);
    boolean waitedFor =
        op.tryNestCompletion(
            (handled, failure) -> {
              if (failure != null) {
                turn.answer(() -> op.fail(failure));
                handler.failed();
              } else {
                turn.endWith(() -> handled(instance, service, current, op, turn));
              }
            });
    if (!waitedFor) {
      return WorkOutcome.Plain.DONE;
    }
    Activation.guard(op, () -> OperationProcessingChain.handle(service, op));
    return handler.returned();
  }

  /**
   * Writes a document again as its class writes it now, without asking its handlers: what it says
   * stays the same. One that has that form already is left as it is, and the answer is 304.
   */
  WorkOutcome rewrite(StatefulInstance instance, Operation op, Turn turn) {
    return activation.started(
        instance,
        op,
        turn,
        (service, current) -> {
          try {
            return rewrite(instance, service, current, op, turn);
          } catch (RuntimeException e) {
            return WorkOutcome.failed(e);
          }
        });
  }

  private WorkOutcome rewrite(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion current,
      Operation op,
      Turn turn) {
    WorkOutcome refused = guard.refusal(instance.model(), op, Action.PUT, current);
    if (refused != null) {
      return refused;
    }
    DocumentJson json = DocumentJson.standard();
    DocumentVersion stored = instance.documents().latest(instance.link());
    ServiceDocument state =
        json.convert(
            instance.model().schema().rewritten(json.readTree(current.json())),
            instance.model().stateType());
    op.linkState(state);
    DocumentVersion next =
        writer.write(
            instance, state, Action.PUT, current.version() + 1, state.documentAuthPrincipalLink);
    if (stored != null && StateSchema.isSameForm(stored.json(), next.json())) {
      op.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).setBodyNoCloning(null).complete();
      return WorkOutcome.Plain.DONE;
    }
    return committer.commit(
        new Committer.Step(
            instance,
            service,
            op,
            DocumentCommand.Write.after(current, next),
            next,
            false,
            () -> {},
            turn,
            () -> WorkOutcome.Plain.DONE));
  }

  /** Checks what must hold, and gives the handler a copy of the state. */
  private @Nullable WorkOutcome begin(
      StatefulInstance instance, DocumentVersion current, Operation op) {
    WorkOutcome refused = guard.refusal(instance.model(), op, op.getAction(), current);
    if (refused == null) {
      refused = Preconditions.check(instance, op, current);
    }
    if (refused == null) {
      op.linkState(instance.copy(current));
    }
    return refused;
  }

  /**
   * The way of an update of a service with {@code CONCURRENT_UPDATE_HANDLING}: the handler runs
   * beside others, on a copy of the state that it found; only the commit waits for its turn.
   *
   * @param enter submits the commit to the instance's mailbox
   */
  WorkOutcome runConcurrently(
      StatefulInstance instance, StatefulService service, Operation op, Consumer<Work> enter) {
    DocumentVersion found = instance.state();
    if (found == null || !StatefulInstance.isAlive(found, writer.now())) {
      return DocumentFailures.absent(op, found);
    }
    WorkOutcome refused = begin(instance, found, op);
    if (refused != null) {
      return refused;
    }
    boolean waitedFor =
        op.tryNestCompletion(
            (handled, failure) -> {
              if (failure != null) {
                op.fail(failure);
              } else {
                enter.accept(new CommitWork(service, op));
              }
            });
    if (waitedFor) {
      Activation.guard(op, () -> OperationProcessingChain.handle(service, op));
    }
    return WorkOutcome.Plain.DONE;
  }

  /** The commit of an update whose handler has run already. */
  private final class CommitWork implements Work {
    private final StatefulService service;
    private final Operation op;

    CommitWork(StatefulService service, Operation op) {
      this.service = service;
      this.op = op;
    }

    @Override
    public WorkOutcome run(StatefulInstance instance, Turn turn) {
      if (!instance.enter()) {
        return WorkOutcome.Plain.MOVED;
      }
      DocumentVersion current = instance.load();
      return current == null || !StatefulInstance.isAlive(current, writer.now())
          ? DocumentFailures.absent(op, current)
          : handled(instance, service, current, op, turn);
    }

    @Override
    public void answer(WorkOutcome outcome) {
      outcome.answer(op, service.getSelfLink());
    }
  }

  private WorkOutcome handled(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion current,
      Operation op,
      Turn turn) {
    if (isUnchanged(op)) {
      turn.answer(
          () -> {
            Responses.unchanged(op, current);
            op.complete();
          });
      return WorkOutcome.Plain.DONE;
    }
    DocumentVersion next = nextVersion(instance, current, op);
    WorkOutcome refused = guard.refusalOfResult(instance.model(), op, next);
    if (refused != null) {
      return refused;
    }
    return committer.commit(
        new Committer.Step(
            instance,
            service,
            op,
            DocumentCommand.Write.after(current, next),
            next,
            false,
            () -> {},
            turn,
            op.getAction() == Action.DELETE
                ? () -> activation.stop(instance, turn)
                : () -> WorkOutcome.Plain.DONE));
  }

  private DocumentVersion nextVersion(
      StatefulInstance instance, DocumentVersion current, Operation op) {
    @Nullable ServiceDocument left = op.getLinkedState();
    if (left == null) {
      throw new IllegalStateException("the handler left no state");
    }
    if (op.getAction() == Action.DELETE && op.hasBody()) {
      ServiceDocument body = op.getBody(instance.model().stateType());
      if (body.documentExpirationTimeMicros != 0) {
        left.documentExpirationTimeMicros = body.documentExpirationTimeMicros;
      }
    }
    return writer.write(
        instance, left, op.getAction(), current.version() + 1, guard.principalOf(op));
  }

  private static boolean isUnchanged(Operation op) {
    return op.getStatusCode() == Operation.STATUS_CODE_NOT_MODIFIED
        || op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
  }
}
