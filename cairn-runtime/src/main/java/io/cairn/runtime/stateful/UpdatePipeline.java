// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
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

  UpdatePipeline(Activation activation, StateWriter writer, Committer committer) {
    this.activation = activation;
    this.writer = writer;
    this.committer = committer;
  }

  void run(StatefulInstance instance, Operation op, Runnable done) {
    DocumentVersion current;
    try {
      current = instance.load();
    } catch (RuntimeException e) {
      DocumentFailures.unreadable(op, e);
      done.run();
      return;
    }
    if (current == null || !StatefulInstance.isAlive(current, writer.now())) {
      DocumentFailures.absent(op, current);
      done.run();
      return;
    }
    activation.ensureStarted(
        instance,
        current,
        (service, failure) -> {
          if (service == null) {
            op.fail(failure == null ? new IllegalStateException("not started") : failure);
            done.run();
          } else {
            handle(instance, service, current, op, done);
          }
        });
  }

  private void handle(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion current,
      Operation op,
      Runnable done) {
    ServiceDocument copy;
    try {
      Preconditions.check(instance, op, current);
      copy = DocumentJson.standard().fromJson(current.json(), instance.model().stateType());
    } catch (RuntimeException e) {
      DocumentFailures.precondition(op, e);
      done.run();
      return;
    }
    op.linkState(copy);
    HandlerRun handler = new HandlerRun(done);
    boolean waitedFor =
        op.tryNestCompletion(
            (handled, failure) -> {
              if (failure != null) {
                op.fail(failure);
                handler.failed();
              } else {
                handled(instance, service, current, op, done);
              }
            });
    if (waitedFor) {
      Activation.guard(op, () -> dispatch(service, op));
      handler.returned();
    } else {
      done.run();
    }
  }

  /**
   * The way of an update of a service with {@code CONCURRENT_UPDATE_HANDLING}: the handler runs
   * beside others, on a copy of the state that it found; only the commit waits for its turn.
   *
   * @param enter submits the commit to the instance's mailbox
   */
  void runConcurrently(
      StatefulInstance instance, StatefulService service, Operation op, Consumer<Work> enter) {
    DocumentVersion found = instance.state();
    if (found == null || !StatefulInstance.isAlive(found, writer.now())) {
      DocumentFailures.absent(op, found);
      return;
    }
    try {
      Preconditions.check(instance, op, found);
      op.linkState(DocumentJson.standard().fromJson(found.json(), instance.model().stateType()));
    } catch (RuntimeException e) {
      DocumentFailures.precondition(op, e);
      return;
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
      Activation.guard(op, () -> dispatch(service, op));
    }
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
    public void run(StatefulInstance instance, Runnable done) {
      if (!instance.enter()) {
        DocumentFailures.moved(op, instance.link());
        done.run();
        return;
      }
      DocumentVersion current = instance.load();
      if (current == null || !StatefulInstance.isAlive(current, writer.now())) {
        DocumentFailures.absent(op, current);
        done.run();
      } else {
        handled(instance, service, current, op, done);
      }
    }

    @Override
    public void fail(Throwable failure) {
      op.fail(failure);
    }

    @Override
    public void refuse(int limit) {
      DocumentFailures.queueFull(op, service.getSelfLink(), limit);
    }
  }

  private static void dispatch(StatefulService service, Operation op) {
    OperationProcessingChain chain = service.getOperationProcessingChain();
    if (chain == null) {
      service.handleRequest(op);
    } else {
      chain.processRequest(op, service, service::handleRequest);
    }
  }

  private void handled(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion current,
      Operation op,
      Runnable done) {
    if (isUnchanged(op)) {
      Responses.unchanged(op, current);
      op.complete();
      done.run();
      return;
    }
    DocumentVersion next;
    try {
      next = nextVersion(instance, current, op);
    } catch (RuntimeException e) {
      op.fail(e);
      done.run();
      return;
    }
    committer.commit(
        new Committer.Step(
            instance,
            service,
            op,
            new DocumentCommand.Write(next, current.version()),
            next,
            false,
            stopIfDeleted(instance, op, done)));
  }

  private Runnable stopIfDeleted(StatefulInstance instance, Operation op, Runnable done) {
    return op.getAction() == Action.DELETE ? () -> activation.stop(instance, done) : done;
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
    return writer.write(instance, left, op.getAction(), current.version() + 1, op);
  }

  private static boolean isUnchanged(Operation op) {
    return op.getStatusCode() == Operation.STATUS_CODE_NOT_MODIFIED
        || op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
  }
}
