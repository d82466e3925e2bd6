// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.function.Consumer;

/** What becomes of operations whose service is not there: an answer, or a wait. Thread-safe. */
final class AbsentServices {

  private final ServiceRegistry registry;
  private final AvailabilityQueue availability;
  private final Startup startup;
  private final Consumer<Operation> again;

  /**
   * Answers for paths that nothing is started at.
   *
   * @param again takes an operation once more, when its service has been started
   */
  AbsentServices(
      ServiceRegistry registry,
      AvailabilityQueue availability,
      Startup startup,
      Consumer<Operation> again) {
    this.registry = registry;
    this.availability = availability;
    this.startup = startup;
    this.again = again;
  }

  /** Has an operation that wants it wait for its service, should that not be there. */
  Operation waiting(String path, Operation op) {
    if (op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_QUEUE_FOR_SERVICE_AVAILABILITY)
        && op.getAction() != Action.DELETE) {
      op.removePragmaDirective(Operation.PRAGMA_DIRECTIVE_QUEUE_FOR_SERVICE_AVAILABILITY);
      op.nestCompletion(
          (done, failure) -> {
            if (failure != null && op.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
              awaitService(path, op);
            } else if (failure != null) {
              op.fail(failure);
            } else {
              op.complete();
            }
          });
    }
    return op;
  }

  private void awaitService(String path, Operation op) {
    availability.await(path, op, () -> again.accept(op));
    // What was started after it had not been found, and before it was waited for, woke nobody.
    if (registry.find(path) != null || startup.isStored(path)) {
      availability.started(path);
    }
  }

  /** Answers for a path that nothing is started at; or waits, if the operation wants that. */
  void answer(String path, Operation op) {
    boolean waits =
        op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_QUEUE_FOR_SERVICE_AVAILABILITY);
    String stopped = registry.stoppedByRequest(path);
    String failed = startup.failure();
    if (failed != null && !path.startsWith(ServiceUriPaths.CORE + "/")) {
      StandardRefusal.UNAVAILABLE.answer(op, failed);
    } else if (stopped != null) {
      StandardRefusal.UNAVAILABLE.answer(op, registry.stoppedSentence(stopped));
    } else if (!waits && startup.mayBringUp(path, op.isRemote())) {
      notStartedYet(path, op);
    } else if (waits && op.getAction() != Action.DELETE) {
      op.removePragmaDirective(Operation.PRAGMA_DIRECTIVE_QUEUE_FOR_SERVICE_AVAILABILITY);
      awaitService(path, op);
    } else {
      Operation.failServiceNotFound(op, ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND);
    }
  }

  /** Nothing is done; another node that asks for a client tries again. */
  private static void notStartedYet(String path, Operation op) {
    String why = "This host is starting, and does not know " + path + " yet";
    StandardRefusal.UNAVAILABLE.answer(
        op, op.isForwarded() ? new NotOwnerException(op, why) : new IllegalStateException(why));
  }
}
